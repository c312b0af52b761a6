import type { Source } from '../source.ts';
import type { State, Store } from '../state.ts';

/** What a view is made with. */
export interface ViewContext {
  readonly store: Store;
  /** Numbers of the inspection that is shown. */
  readonly source: () => Source | undefined;
}

/** One way of showing an inspection. */
export interface View {
  readonly element: HTMLElement;
  /** Shows the state, of which some changed since. */
  show(state: State, changed: ReadonlySet<keyof State>): void;
}

/** A kind of view: its name in the address, what a person reads, and how one is made. */
export interface ViewKind {
  readonly id: string;
  readonly title: string;
  readonly create: (context: ViewContext) => View;
}
