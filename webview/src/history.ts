/** What can be undone, and done again. */
export class History<T> {
  #past: T[] = [];
  #future: T[] = [];

  /** Something was left for something new. */
  left(one: T): void {
    this.#past.push(one);
    this.#future = [];
  }

  /** Goes back, or forth: what to show instead of what is shown now; undefined if there is nothing. */
  go(now: T, forth: boolean): T | undefined {
    const [from, to] = forth ? [this.#future, this.#past] : [this.#past, this.#future];
    const found = from.pop();
    if (found !== undefined) {
      to.push(now);
    }
    return found;
  }
}
