import type { Store } from '../state.ts';
import { unitsOf } from '../shown.ts';

/** Finds tokens by their text, and pins one after the other. */
export class Find {
  readonly #store: Store;
  readonly #form = document.createElement('form');
  readonly #field = document.createElement('input');
  readonly #count = document.createElement('output');
  /** The tokens that match, and which of them is pinned. */
  #found: readonly number[] = [];
  #at = 0;
  #from: Element | null = null;

  constructor(store: Store) {
    this.#store = store;
    this.#form.className = 'find';
    this.#form.hidden = true;
    this.#form.setAttribute('role', 'search');
    this.#field.setAttribute('aria-label', 'Find a token');
    this.#field.placeholder = 'Find a token';
    this.#field.spellcheck = false;
    this.#form.append(this.#field, this.#count);
    document.body.append(this.#form);
    this.#field.addEventListener('input', () => this.#search());
    this.#form.addEventListener('submit', (event) => event.preventDefault());
    this.#form.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        this.#go(event.shiftKey ? -1 : 1);
        event.preventDefault();
      } else if (event.key === 'Escape') {
        this.#close();
      }
      event.stopPropagation();
    });
  }

  open(): void {
    if (this.#form.hidden) {
      this.#from = document.activeElement;
    }
    this.#form.hidden = false;
    this.#field.focus();
    this.#field.select();
    this.#search();
  }

  #close(): void {
    this.#form.hidden = true;
    if (this.#from instanceof HTMLElement) {
      this.#from.focus({ preventScroll: true });
    }
  }

  #search(): void {
    const { inspection, words } = this.#store.state;
    const wanted = this.#field.value.trim().toLowerCase();
    const units = inspection && wanted ? unitsOf(inspection, words) : [];
    this.#found = units
      .filter(({ name }) => name.toLowerCase().includes(wanted))
      .map(({ tokens }) => tokens[0]!);
    this.#at = 0;
    this.#show();
  }

  #go(by: number): void {
    const count = this.#found.length;
    this.#at = count === 0 ? 0 : (this.#at + by + count) % count;
    this.#show();
  }

  #show(): void {
    const token = this.#found[this.#at];
    const none = this.#field.value.trim() === '' ? '' : 'Not found';
    this.#count.value = token === undefined ? none : `${this.#at + 1} of ${this.#found.length}`;
    if (token !== undefined) {
      this.#store.update({ focus: { side: 'query', token, pinned: true } });
      requestAnimationFrame(() => document.querySelector('.token.on')?.scrollIntoView({ block: 'nearest' }));
    }
  }
}
