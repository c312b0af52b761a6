import { html, render } from 'lit';
import { headColor } from '../colors.ts';
import { headsOf, nameOf, type Inspection } from '../inspection.ts';
import { drawLines } from '../marks/lines.ts';
import { drawTints, TINT_WIDTH } from '../marks/tints.ts';
import type { Focus, State } from '../state.ts';
import { sized } from './canvas.ts';
import type { View, ViewContext, ViewKind } from './view.ts';

/** Rows get closer where there are many. */
const rowHeightFor = (tokens: number) => (tokens <= 48 ? 26 : tokens <= 160 ? 20 : 16);

/** Weights below this are not written beside a token. */
const LEAST_WRITTEN = 0.0005;

const opposite = (side: Focus['side']) => (side === 'query' ? 'key' : 'query');

/**
 * The head view (after Vig 2019, "A Multiscale Visualization of Attention in the Transformer Model"): the tokens twice,
 * joined by lines from those that look to those that are looked at.
 */
class HeadView implements View {
  readonly element = document.createElement('section');
  readonly #context: ViewContext;
  #state!: State;
  #weights: Uint8Array | undefined;
  #rowHeight = rowHeightFor(0);
  /** Counts what was asked for, so that a late answer doesn't replace a newer one. */
  #asked = 0;

  constructor(context: ViewContext) {
    this.#context = context;
    this.element.className = 'head-view';
    new ResizeObserver(() => this.#drawAll()).observe(this.element);
  }

  show(state: State, changed: ReadonlySet<keyof State>): void {
    this.#state = state;
    const { inspection } = state;
    if (!inspection) {
      render('', this.element);
      return;
    }
    if (changed.has('inspection')) {
      this.#rowHeight = rowHeightFor(inspection.tokens.length);
      this.element.style.setProperty('--row-height', `${this.#rowHeight}px`);
      this.element.style.setProperty('--tints', `${headsOf(inspection).length * TINT_WIDTH}px`);
      this.#weights = undefined;
      render(this.#template(inspection), this.element);
    }
    if (changed.has('inspection') || changed.has('layer')) {
      void this.#load(state);
    } else if (changed.has('heads') || changed.has('dark')) {
      this.#drawAll();
    } else if (changed.has('focus')) {
      void this.#drawFocus();
    }
  }

  #template(inspection: Inspection) {
    return html`
      <div class="columns" @pointerleave=${this.#leave}>
        ${this.#column('query', inspection)}
        <div class="lines">
          <canvas class="all" aria-hidden="true"></canvas>
          <canvas class="chosen" aria-hidden="true"></canvas>
        </div>
        ${this.#column('key', inspection)}
      </div>
      <output class="readout" aria-live="polite"></output>
    `;
  }

  #column(side: Focus['side'], inspection: Inspection) {
    const name = side === 'query' ? 'Tokens that look' : 'Tokens that are looked at';
    const second = inspection.tokens.findIndex((token) => token.segment === 1);
    return html`<div
      class="column ${side}"
      role="listbox"
      aria-label=${name}
      @pointerover=${(event: Event) => this.#enter(side, event)}
      @focusin=${(event: Event) => this.#enter(side, event)}
      @click=${(event: Event) => this.#pin(side, event)}
      @keydown=${(event: KeyboardEvent) => this.#key(side, event)}
    >
      <canvas class="tints" aria-hidden="true"></canvas>
      ${inspection.tokens.map(
        (token, index) =>
          html`<div
            class="token ${token.special ? 'special' : ''} ${index === second ? 'second' : ''}"
            role="option"
            aria-selected="false"
            tabindex=${index === 0 ? 0 : -1}
            data-index=${index}
          >
            <span class="text" title=${token.text}>${nameOf(token, inspection)}</span
            ><span class="weight"></span>
          </div>`,
      )}
    </div>`;
  }

  async #load(state: State): Promise<void> {
    const asked = ++this.#asked;
    const weights = await this.#context
      .source()
      ?.layer(state.layer)
      .catch((cause: Error) => {
        this.#context.store.update({ failure: cause.message });
        return undefined;
      });
    if (asked === this.#asked && weights) {
      this.#weights = weights;
      this.#drawAll();
      this.element.dataset['layer'] = String(state.layer); // says that this layer is what is drawn
    }
  }

  #drawAll(): void {
    const { inspection } = this.#state;
    const lines = this.element.querySelector<HTMLElement>('.lines');
    if (!inspection || !this.#weights || !lines) {
      return;
    }
    const tokens = inspection.tokens.length;
    const space = { width: lines.clientWidth, rowHeight: this.#rowHeight };
    const context = sized(this.#canvas('all'), space.width, tokens * this.#rowHeight);
    drawLines(context, space, this.#colors(), this.#weights, tokens, this.#shown());
    void this.#drawFocus();
  }

  /** Shows the lines of one token alone, and how strongly each token at the other side is weighed. */
  async #drawFocus(): Promise<void> {
    const { focus, inspection, layer } = this.#state;
    if (!inspection || !this.#weights) {
      return;
    }
    this.element.classList.toggle('focused', focus !== undefined);
    this.#mark(focus);
    if (!focus) {
      this.#write(undefined, undefined);
      return;
    }
    const tokens = inspection.tokens.length;
    const width = this.element.querySelector<HTMLElement>('.lines')!.clientWidth;
    const space = { width, rowHeight: this.#rowHeight };
    const context = sized(this.#canvas('chosen'), width, tokens * this.#rowHeight);
    drawLines(context, space, this.#colors(), this.#weights, tokens, this.#shown(), focus);
    const source = this.#context.source();
    const ask = focus.side === 'query' ? source?.from(layer, focus.token) : source?.to(layer, focus.token);
    const exact = await ask?.catch(() => undefined);
    if (exact && this.#state.focus === focus && this.#state.layer === layer) {
      this.#write(focus, exact);
    }
  }

  #mark(focus: Focus | undefined): void {
    this.element.querySelectorAll('.token.on').forEach((token) => {
      token.classList.remove('on', 'pinned');
      token.setAttribute('aria-selected', 'false');
    });
    if (focus) {
      const token = this.#token(focus.side, focus.token);
      token.classList.add('on');
      token.classList.toggle('pinned', focus.pinned);
      token.setAttribute('aria-selected', 'true');
    }
  }

  /** Writes exact weights beside the tokens, tints them by head, and names the strongest. */
  #write(focus: Focus | undefined, exact: Float32Array | undefined): void {
    for (const weight of this.element.querySelectorAll('.weight')) {
      weight.textContent = '';
    }
    for (const tints of this.element.querySelectorAll<HTMLCanvasElement>('.tints')) {
      sized(tints, 0, 0);
    }
    const readout = this.element.querySelector<HTMLElement>('.readout')!;
    readout.textContent = '';
    delete readout.dataset['token'];
    const { inspection } = this.#state;
    if (!focus || !exact || !inspection) {
      return;
    }
    const other = opposite(focus.side);
    const tokens = inspection.tokens.length;
    const heads = this.#shown();
    const means = mean(exact, tokens, heads);
    means.forEach((weight, token) => {
      if (weight >= LEAST_WRITTEN) {
        this.#token(other, token).querySelector('.weight')!.textContent = weight.toFixed(3);
      }
    });
    const tints = this.element.querySelector<HTMLCanvasElement>(`.column.${other} .tints`)!;
    const context = sized(tints, heads.length * TINT_WIDTH, tokens * this.#rowHeight);
    drawTints(context, this.#rowHeight, this.#colors(), exact, tokens, heads);
    readout.textContent = this.#sentence(focus, means);
    readout.dataset['token'] = String(focus.token); // says whose weights are written
  }

  #sentence(focus: Focus, means: readonly number[]): string {
    const { inspection, heads, layer } = this.#state;
    const name = (token: number) => `“${nameOf(inspection!.tokens[token]!, inspection!)}”`;
    const strongest = means
      .map((weight, token) => ({ weight, token }))
      .sort((a, b) => b.weight - a.weight)
      .slice(0, 5)
      .filter(({ weight }) => weight >= LEAST_WRITTEN)
      .map(({ weight, token }) => `${name(token)} ${weight.toFixed(3)}`);
    const verb = focus.side === 'query' ? 'looks at' : 'is looked at by';
    const only = heads.size === 1 ? ` · Head ${[...heads][0]! + 1}` : ` · mean of ${heads.size} heads`;
    return `Layer ${layer + 1}${only}: ${name(focus.token)} ${verb} ${strongest.join(', ')}`;
  }

  /** The heads shown, as places among those that are there. */
  #shown(): number[] {
    const there = headsOf(this.#state.inspection!);
    return there.map((_, place) => place).filter((place) => this.#state.heads.has(there[place]!));
  }

  #colors(): string[] {
    const there = headsOf(this.#state.inspection!);
    return this.#shown().map((place) =>
      headColor(there[place]!, this.#state.inspection!.heads, this.#state.dark),
    );
  }

  #canvas(name: string): HTMLCanvasElement {
    return this.element.querySelector<HTMLCanvasElement>(`canvas.${name}`)!;
  }

  #token(side: Focus['side'], index: number): HTMLElement {
    return this.element.querySelector<HTMLElement>(`.column.${side} .token[data-index="${index}"]`)!;
  }

  readonly #leave = (): void => {
    if (this.#state.focus && !this.#state.focus.pinned) {
      this.#context.store.update({ focus: undefined });
    }
  };

  #enter(side: Focus['side'], event: Event): void {
    const token = indexOf(event);
    const { focus } = this.#state;
    if (token !== undefined && !focus?.pinned && !(focus?.side === side && focus.token === token)) {
      this.#context.store.update({ focus: { side, token, pinned: false } });
    }
  }

  #pin(side: Focus['side'], event: Event): void {
    const token = indexOf(event);
    const { focus } = this.#state;
    if (token !== undefined) {
      const again = focus?.pinned === true && focus.side === side && focus.token === token;
      this.#context.store.update({ focus: again ? undefined : { side, token, pinned: true } });
    }
  }

  #key(side: Focus['side'], event: KeyboardEvent): void {
    const token = indexOf(event);
    if (token === undefined) {
      return;
    }
    const last = this.#state.inspection!.tokens.length - 1;
    const moves: Record<string, () => HTMLElement> = {
      ArrowUp: () => this.#token(side, Math.max(0, token - 1)),
      ArrowDown: () => this.#token(side, Math.min(last, token + 1)),
      Home: () => this.#token(side, 0),
      End: () => this.#token(side, last),
      ArrowLeft: () => this.#token('query', token),
      ArrowRight: () => this.#token('key', token),
    };
    if (event.key === 'Enter' || event.key === ' ') {
      this.#pin(side, event);
    } else if (moves[event.key]) {
      this.#moveTo(moves[event.key]!());
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #moveTo(token: HTMLElement): void {
    token
      .parentElement!.querySelectorAll('.token[tabindex="0"]')
      .forEach((old) => old.setAttribute('tabindex', '-1'));
    token.setAttribute('tabindex', '0');
    token.focus();
  }
}

function indexOf(event: Event): number | undefined {
  const token = (event.target as Element).closest<HTMLElement>('.token');
  return token ? Number(token.dataset['index']) : undefined;
}

/** The mean over the heads shown, for each token. */
function mean(weights: Float32Array, tokens: number, heads: readonly number[]): number[] {
  return Array.from({ length: tokens }, (_, token) => {
    const sum = heads.reduce((total, head) => total + weights[head * tokens + token]!, 0);
    return heads.length > 0 ? sum / heads.length : 0;
  });
}

export const head: ViewKind = { id: 'head', title: 'Head', create: (context) => new HeadView(context) };
