import { pairOf, type Inspection } from './inspection.ts';
import type { Focus } from './state.ts';

/** A text that was looked at in this session. */
export interface Seen {
  readonly inspection: Inspection;
  /** What was pinned when it was last shown. */
  readonly pin: Focus | undefined;
}

const MOST = 20;
const key = (inspection: Inspection) => JSON.stringify([inspection.text, pairOf(inspection)]);

/** The texts of this session, the last one first, each once. */
export class SeenTexts {
  #seen: readonly Seen[] = [];

  get all(): readonly Seen[] {
    return this.#seen;
  }

  /** A text is shown, with what is pinned in it; what was taken out of it is not another text. */
  shown(inspection: Inspection, pin: Focus | undefined): void {
    const [first] = this.#seen;
    if (inspection.without || (first?.inspection === inspection && first.pin === pin)) {
      return;
    }
    const now = key(inspection);
    const others = this.#seen.filter((seen) => key(seen.inspection) !== now);
    this.#seen = [{ inspection, pin }, ...others].slice(0, MOST);
  }
}
