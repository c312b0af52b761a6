/**
 * Puts one of many elements into the tab order; arrows walk to its neighbours as they stand, Home and End to the first
 * and the last.
 */
export class Roving {
  readonly #container: HTMLElement;
  readonly #selector: string;

  constructor(container: HTMLElement, selector: string) {
    this.#container = container;
    this.#selector = selector;
    container.addEventListener('keydown', (event) => this.#key(event));
    container.addEventListener('focusin', (event) => {
      const element = (event.target as Element).closest<HTMLElement>(selector);
      if (element) {
        this.#reachable(this.#groupOf(element), element);
      }
    });
  }

  /** Makes one of each group reachable by Tab, after they were redrawn. */
  settle(group: HTMLElement, preferred: (element: HTMLElement) => boolean): void {
    const all = this.#of(group);
    const now = all.find((element) => element === document.activeElement) ?? all.find(preferred) ?? all[0];
    if (now) {
      this.#reachable(group, now);
    }
  }

  #of = (group: HTMLElement) => [...group.querySelectorAll<HTMLElement>(this.#selector)];

  #groupOf = (element: HTMLElement) => element.closest<HTMLElement>('[role="group"]') ?? this.#container;

  #reachable(group: HTMLElement, element: HTMLElement): void {
    this.#of(group).forEach((one) => (one.tabIndex = one === element ? 0 : -1));
  }

  #key(event: KeyboardEvent): void {
    const element = (event.target as Element).closest<HTMLElement>(this.#selector);
    if (!element || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const to = neighbour(this.#of(this.#groupOf(element)), element, event.key);
    if (to) {
      to.focus();
      event.preventDefault();
      event.stopPropagation();
    }
  }
}

function neighbour(all: readonly HTMLElement[], element: HTMLElement, key: string): HTMLElement | undefined {
  const index = all.indexOf(element);
  const place = (one: HTMLElement) => one.getBoundingClientRect();
  const { left, top } = place(element);
  const sameColumn = (other: HTMLElement) => Math.abs(place(other).left - left) < 2;
  switch (key) {
    case 'ArrowLeft':
      return all[Math.max(0, index - 1)];
    case 'ArrowRight':
      return all[Math.min(all.length - 1, index + 1)];
    case 'ArrowUp':
      return all.filter((other) => sameColumn(other) && place(other).top < top).at(-1) ?? element;
    case 'ArrowDown':
      return all.find((other) => sameColumn(other) && place(other).top > top) ?? element;
    case 'Home':
      return all[0];
    case 'End':
      return all.at(-1);
    default:
      return undefined;
  }
}
