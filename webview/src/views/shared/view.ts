import type { CorpusFile, CorpusText } from '../../corpus.ts';
import type { Picture, Theme } from '../../marks/surface.ts';
import type { Shown } from '../../shown.ts';
import type { Without } from '../../inspection.ts';
import type { ExampleSet, Pair, SetPart } from '../../pairs.ts';
import { sentenceOf, type Difference, type Reasons, type Source } from '../../source.ts';
import type { HeadPlace, State, Store, ViewId } from '../../state.ts';

/** What the Why view asks, and what it can do. */
export interface WhyContext {
  /** Answers about the inspection that is shown; undefined if there are none, as in a page that was saved without. */
  readonly reasons: () => Reasons | undefined;
  /** Shows the text without something; undefined for the whole. An exported page can't. */
  readonly takeOut?: (without: Without | undefined) => void;
  /** Lights up words in the editor by their effects, one a token; an exported page has no editor. */
  readonly light?: (effects: readonly number[]) => void;
  /** Sets of sentences; an exported page has none. */
  readonly sets?: {
    readonly examples: () => Promise<readonly ExampleSet[]>;
    readonly measure: (
      pairs: string,
      average: boolean,
      tell: (part: SetPart) => void,
      signal: AbortSignal,
    ) => Promise<void>;
    /** Asks about a sentence of a set. */
    readonly open: (pair: Pair) => void;
  };
}

/** What the Corpus view shows, and what it can do. */
export interface CorpusContext {
  /** Loads the view, which few pages need. */
  readonly load: () => Promise<ViewKind>;
  /** The corpora that the server was given, none, one or two; the one that an exported page holds. */
  readonly corpora: () => Promise<readonly CorpusFile[]>;
  /** Shows what a head does in a text, by the model that read it; an exported page can't. */
  readonly open?: (text: CorpusText, model: string, head: HeadPlace) => void;
}

/** The environment of a view. */
export interface ViewContext {
  readonly store: Store;
  /** Numbers of the attention that is shown. */
  readonly source: () => Source | undefined;
  /** The same of the inspection that it is compared with, and how the two differ; an exported page has none. */
  readonly other?: {
    readonly source: () => Source | undefined;
    readonly difference: () => Promise<Difference>;
  };
  readonly why?: WhyContext;
  /** An exported page of a text has none. */
  readonly corpus?: CorpusContext;
  /** The address of a head's diagram; an exported page has none. */
  readonly diagramUrl?: (layer: number, head: number) => string;
  /** The queries and keys that are shown; the same object until that changes. */
  readonly shown: (state: State) => Shown;
}

/** One way of showing an inspection. */
export interface View {
  readonly element: HTMLElement;
  /** Shows the state, of which some changed since. */
  show(state: State, changed: ReadonlySet<keyof State>): void;
  /** The view as an image, for export; undefined while it is empty. */
  picture(theme: Theme): Picture | undefined;
}

/** A kind of view: its name in the address, its title, and how one is made. */
export interface ViewKind {
  readonly id: ViewId;
  readonly title: string;
  readonly create: (context: ViewContext) => View;
}

/**
 * Marks an element that is drawn completely, so that tests, benchmarks and screenshot scripts can wait for it.
 */
export function settled(element: HTMLElement, what: string): void {
  element.dataset['drawn'] = what;
}

/** Whether any of these parts of the state changed. */
export const anyOf = (changed: ReadonlySet<keyof State>, ...keys: (keyof State)[]) =>
  keys.some((key) => changed.has(key));

/** Runs requests for numbers; only the last one counts, and the user is told of a failure. */
export class Latest {
  #asked = 0;
  /** The last message to the user, if that was a failure. */
  #failure: string | undefined;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Returns how it ended; `late` if something else was requested since. */
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
