import type { Inspection } from '../../inspection.ts';
import { sentenceOf, type Reasons } from '../../source.ts';
import type { Change, State } from '../../state.ts';
import { joined, type Answer, type Asked } from '../../why.ts';

const askedIn = ({ place, why, rather, sinks, hiding, averaged }: State): Asked => ({
  place,
  word: why,
  rather,
  sinks,
  hiding,
  averaged,
});

/** What tells one question from another. */
function questionKey(state: State): string {
  const { id, text, pair, without } = state.inspection as Inspection;
  return JSON.stringify([id, text, pair, without, askedIn(state)]);
}

/** Measures what is asked, and holds the answer as far as it is there. */
export class Asking {
  readonly #changed: () => void;
  readonly #ended: () => void;
  #key = '';
  #running: AbortController | undefined;
  #answer: Answer | undefined;
  #failure: string | undefined;
  #done = false;

  /**
   * @param changed the answer has grown, or has failed
   * @param ended all is measured, and has been told
   */
  constructor(changed: () => void, ended: () => void) {
    this.#changed = changed;
    this.#ended = ended;
  }

  get answer(): Answer | undefined {
    return this.#answer;
  }

  /** The message, if it could not be measured. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** The question that is answered; empty if none is. */
  get key(): string {
    return this.#key;
  }

  /** Ends measuring, as nobody looks any more; it will be measured again. */
  stop(): void {
    if (this.#running && !this.#done) {
      this.#running.abort();
      this.#key = '';
    }
    this.#running = undefined;
  }

  /** Names the words that are asked about, so that they stay when others become the likeliest; the answer stays. */
  named(state: State): Change {
    if (!this.#answer) {
      return {};
    }
    const { word, rather } = this.#answer;
    const named = { why: word.id, rather: rather?.id ?? ('none' as const) };
    if (this.#key !== '') {
      this.#key = questionKey({ ...state, ...named });
    }
    return named;
  }

  /** Begins to measure what a state asks; returns false if that is already there, or on the way. */
  ask(state: State, reasons: Reasons): boolean {
    const key = questionKey(state);
    if (key === this.#key) {
      return false;
    }
    this.#running?.abort();
    const mine = (this.#running = new AbortController());
    const asked = askedIn(state);
    this.#key = key;
    this.#answer = undefined;
    this.#failure = undefined;
    this.#done = false;
    const current = () => mine === this.#running && !mine.signal.aborted;
    const fail = (cause: unknown) => {
      if (current()) {
        this.#failure = sentenceOf(cause);
        this.#key = '';
        this.#changed();
      }
    };
    let lensAsked = false;
    const askLens = () => {
      lensAsked = true;
      reasons.lens(asked, mine.signal).then((rows) => {
        if (current()) {
          this.#answer = joined(this.#answer, { lens: rows });
          this.#changed();
        }
      }, fail);
    };
    reasons
      .measure(
        asked,
        (part) => {
          if (current()) {
            this.#answer = joined(this.#answer, part);
            if (part.heads && !lensAsked) {
              askLens(); // after the words, which people look at first
            }
            this.#changed();
          }
        },
        mine.signal,
      )
      .then(() => {
        if (current()) {
          this.#done = true;
          this.#changed();
          this.#ended();
        }
      }, fail);
    return true;
  }
}
