import type { Picture, Theme } from '../../marks/surface.ts';
import type { Shown } from '../../shown.ts';
import { sentenceOf, type Difference, type Source } from '../../source.ts';
import type { State, Store, ViewId } from '../../state.ts';

/** What a view is made with. */
export interface ViewContext {
  readonly store: Store;
  /** Numbers of the inspection that is shown. */
  readonly source: () => Source | undefined;
  /** Numbers of the inspection that it is compared with, and how the two differ; a file has none. */
  readonly other?: {
    readonly source: () => Source | undefined;
    readonly difference: () => Promise<Difference>;
  };
  /** Where a head's diagram can be saved from; a file has none. */
  readonly diagramUrl?: (layer: number, head: number) => string;
  /** The queries and keys that are shown; the same object until that changes. */
  readonly shown: (state: State) => Shown;
}

/** One way of showing an inspection. */
export interface View {
  readonly element: HTMLElement;
  /** Shows the state, of which some changed since. */
  show(state: State, changed: ReadonlySet<keyof State>): void;
  /** What is shown, to be saved; none while nothing is. */
  picture(theme: Theme): Picture | undefined;
}

/** A kind of view: its name in the address, what a person reads, and how one is made. */
export interface ViewKind {
  readonly id: ViewId;
  readonly title: string;
  readonly create: (context: ViewContext) => View;
}

/**
 * Says that an element shows something whole, so that nobody who waits for it has to guess: tests, benchmarks, and
 * whoever makes pictures.
 */
export function settled(element: HTMLElement, what: string): void {
  element.dataset['drawn'] = what;
}

/** Whether any of some parts of the state changed. */
export const anyOf = (changed: ReadonlySet<keyof State>, ...keys: (keyof State)[]) =>
  keys.some((key) => changed.has(key));

/** Runs what asks for numbers; only the last counts, and a failure is told to the person. */
export class Latest {
  #asked = 0;
  /** What it told the person last, if that was a failure. */
  #failure: string | undefined;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Tells how it ended; `late` where something else was asked for since. */
  async run<T>(
    ask: () => Promise<T> | undefined,
    then: (answer: NonNullable<T>) => void,
  ): Promise<'done' | 'late' | 'failed'> {
    const asked = ++this.#asked;
    let answer;
    try {
      answer = await ask();
    } catch (cause) {
      if (asked !== this.#asked) {
        return 'late';
      }
      this.#failure = sentenceOf(cause);
      this.#store.update({ failure: this.#failure });
      return 'failed';
    }
    if (asked !== this.#asked || answer === undefined || answer === null) {
      return 'late';
    }
    if (this.#failure !== undefined && this.#store.state.failure === this.#failure) {
      this.#store.update({ failure: undefined });
    }
    this.#failure = undefined;
    then(answer);
    return 'done';
  }
}
