import { html, nothing, render } from 'lit';
import { meaningOf } from '../../terms.ts';
import { secondFrom, type Unit } from '../../shown.ts';

/** Weights below this are not written next to a token. */
export const LEAST_WRITTEN = 0.0005;

export interface TokenActions {
  /** A token is hovered or focused. */
  readonly enter: (index: number) => void;
  /** A token is clicked, or activated by Enter; with Shift to pin it as well as the one that is pinned. */
  readonly pin: (index: number, too: boolean) => void;
  /** The list at a side of this one, if any. */
  readonly beside?: (key: 'ArrowLeft' | 'ArrowRight') => TokenList | undefined;
  /** A sign before tokens that can be clicked, or pressed as a key: + or −. */
  readonly sign?: Sign;
}

export interface Sign {
  readonly text: '+' | '−';
  /** The tokens that have it; all by default. */
  readonly at?: (index: number) => boolean;
  readonly act: (index: number) => void;
}

/**
 * A list of tokens that can be pointed at, clicked and walked by the keyboard: a column, or a line where arrows to the
 * sides walk it. Only one of its tokens is in the tab order.
 */
export class TokenList {
  readonly element = document.createElement('div');
  readonly #actions: TokenActions;
  readonly #keys: { readonly back: string; readonly on: string };
  #rows: HTMLElement[] = [];
  #weights: HTMLElement[] = [];
  #marked: HTMLElement[] = [];
  /** Whether a line runs from right to left. */
  fromRight = false;
  /** The token in the tab order. */
  #current = 0;

  constructor(name: string, className: string, actions: TokenActions, inLine = false) {
    this.#actions = actions;
    this.#keys = inLine ? { back: 'ArrowLeft', on: 'ArrowRight' } : { back: 'ArrowUp', on: 'ArrowDown' };
    this.element.className = className;
    this.element.setAttribute('role', 'listbox');
    this.element.setAttribute('aria-label', name);
    this.element.setAttribute('aria-orientation', inLine ? 'horizontal' : 'vertical');
    const enter = (event: Event) => this.#with(event, actions.enter);
    this.element.addEventListener('pointerover', enter);
    this.element.addEventListener('focusin', enter);
    this.element.addEventListener('click', (event) => {
      const signed = (event.target as Element).closest('.sign');
      this.#with(event, signed ? actions.sign!.act : (index) => actions.pin(index, event.shiftKey));
    });
    this.element.addEventListener('keydown', (event) => this.#key(event));
  }

  get rows(): readonly HTMLElement[] {
    return this.#rows;
  }

  show(units: readonly Unit[]): void {
    this.mark(undefined); // rows are reused, and would keep their marks
    this.write(undefined);
    const { sign } = this.#actions;
    const second = secondFrom(units);
    this.element.classList.toggle('of-pair', second !== undefined);
    const rows = units.map(
      (unit, index) =>
        html`<div
          class="token ${unit.special ? 'special' : ''} ${unit.unknown ? 'unknown' : ''} ${index === second ? 'second' : ''}"
          role="option"
          aria-selected="false"
          data-index=${index}
        >
          ${sign ? html`<span class="sign" aria-hidden="true">${sign.text}</span>` : nothing}<span
            class="text"
            dir="auto"
            title=${unit.unknown ? `${unit.name}: the model does not know it` : (meaningOf(unit.name) ?? unit.name)}
            >${unit.name}</span
          ><span class="weight"></span>
        </div>`,
    );
    render(rows, this.element);
    this.#rows = [...this.element.querySelectorAll<HTMLElement>('.token')];
    this.#weights = this.#rows.map((row) => row.querySelector<HTMLElement>('.weight')!);
    this.#marked = [];
    this.#reachable(Math.min(this.#current, this.#rows.length - 1));
    this.sign();
  }

  /** Marks the focused token, and optionally another that is pinned with it. */
  mark(index: number | undefined, pinned = false, too?: number): void {
    for (const row of this.#marked) {
      row.classList.remove('on', 'pinned');
      row.setAttribute('aria-selected', 'false');
    }
    this.#marked = [index, too].flatMap((one) => this.#rows[one ?? -1] ?? []);
    for (const row of this.#marked) {
      row.classList.add('on');
      row.classList.toggle('pinned', pinned);
      row.setAttribute('aria-selected', 'true');
    }
  }

  /** Shows the sign before the tokens that it stands for now. */
  sign(): void {
    const { sign } = this.#actions;
    this.#rows.forEach((row, index) => row.classList.toggle('signed', sign?.at?.(index) ?? true));
  }

  /** Writes a number next to each token, unless it is negligible. */
  write(numbers: readonly number[] | undefined): void {
    this.#weights.forEach((weight, i) => {
      const number = numbers?.[i] ?? 0;
      const text = number >= LEAST_WRITTEN ? number.toFixed(3) : '';
      if (weight.textContent !== text) {
        weight.textContent = text;
      }
    });
  }

  /** Moves the keyboard to a token. */
  moveTo(index: number): void {
    this.#reachable(Math.max(0, Math.min(index, this.#rows.length - 1)));
    this.#rows[this.#current]?.focus();
  }

  /** Puts one token into the tab order, and no other. */
  #reachable(index: number): void {
    this.#current = Math.max(0, index);
    this.#rows.forEach((row, at) => (row.tabIndex = at === this.#current ? 0 : -1));
  }

  #with(event: Event, act: (index: number) => void): void {
    const token = (event.target as Element).closest<HTMLElement>('.token');
    if (token) {
      act(Number(token.dataset['index']));
    }
  }

  #key(event: KeyboardEvent): void {
    const token = (event.target as Element).closest<HTMLElement>('.token');
    if (!token || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const index = Number(token.dataset['index']);
    const { back, on } = this.#keys;
    const side = event.key === 'ArrowLeft' || event.key === 'ArrowRight' ? event.key : undefined;
    const beside = side && this.#actions.beside?.(side);
    if (event.key === 'Enter' || event.key === ' ') {
      this.#actions.pin(index, event.shiftKey);
    } else if (this.#actions.sign && event.key === this.#actions.sign.text.replace('−', '-')) {
      this.#actions.sign.act(index);
    } else if (event.key === (this.fromRight ? on : back)) {
      this.moveTo(index - 1);
    } else if (event.key === (this.fromRight ? back : on)) {
      this.moveTo(index + 1);
    } else if (event.key === 'Home') {
      this.moveTo(0);
    } else if (event.key === 'End') {
      this.moveTo(this.#rows.length - 1);
    } else if (beside) {
      beside.moveTo(index);
    } else if (!side) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
