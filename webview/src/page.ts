import { addressed, fromHash, namesAHead, writeAddress } from './address.ts';
import * as api from './api.ts';
import { ATTENTION_KINDS, attentionOf, pairOf, type AttentionKind, type Inspection } from './inspection.ts';
import { LESSON } from './learn.ts';
import { beginning } from './overview.ts';
import { Requests } from './requests.ts';
import { Remembered, sourcesOf, type Difference, type Reasons, type Source } from './source.ts';
import { measureOf, MEASURES, opened, START, type Change, type Measure, type Store } from './state.ts';
import { Undo, type Shown } from './undo.ts';

/** The numbers of an inspection, by attention. */
export type Sources = (kind: AttentionKind, measure?: Measure) => Source;

export const serverSources = (id: number): Sources =>
  sourcesOf((kind, measure) => new api.ServerSource(id, kind, measure));

/** How an inspection is shown. */
export interface Showing {
  /** Its numbers, if they are already at hand. */
  readonly from?: Sources;
  /** What it is compared with. */
  readonly other?: Inspection | undefined;
  /** The inspection of the whole, if something was taken out of this one. */
  readonly whole?: Inspection | undefined;
  /** The choices; by default the current ones, as far as they apply. */
  readonly change?: Change;
}

/** What a page on a server shows: an inspection, what it is compared with, and where the numbers of both come from. */
export class Page {
  readonly store: Store;
  readonly requests: Requests;
  readonly undo: Undo;
  #sources: Sources | undefined;
  #otherSources: Sources | undefined;
  #reasons: Reasons | undefined;
  #differences = differences();

  constructor(store: Store) {
    this.store = store;
    this.requests = new Requests(store);
    this.undo = new Undo(
      store,
      (to) => {
        this.requests.abort();
        this.showPart(to);
      },
      () => this.requests.following || store.state.writing !== undefined,
    );
  }

  /** Shows an inspection. */
  show(inspection: Inspection, showing: Showing = {}): void {
    const { store } = this;
    const { from = serverSources(inspection.id!), other, whole } = showing;
    const { change = opened(inspection, store.state) } = showing;
    this.#sources = from;
    this.#reasons = new api.ServerReasons(inspection.id!);
    this.beside(other);
    const learn = inspection.text === LESSON ? store.state.learn : undefined; // another text ends it
    store.update({ learn, ...change, text: inspection.text, pair: pairOf(inspection), other, whole });
    if (store.state.writing === undefined) {
      writeAddress(store.state, this.requests.following);
    }
  }

  /** Shows another inspection, in one step that can be undone. */
  next(inspection: Inspection, showing?: Showing): void {
    this.undo.leave();
    this.show(inspection, showing);
  }

  /** Shows a text that something is taken out of, or the whole; what it is compared with stays. */
  showPart({ inspection, whole }: Pick<Shown, 'inspection' | 'whole'>): void {
    const { other, whole: before } = this.store.state;
    const compared = whole && other !== undefined && other.id === before?.id ? whole : undefined;
    this.show(inspection, { other: compared, whole });
  }

  /** Gets the numbers of what is shown beside the inspection ready. */
  beside(other: Inspection | undefined): void {
    this.#otherSources = other && serverSources(other.id!);
    this.#differences = differences();
  }

  /** What shows an inspection that the user asked for. */
  async begins(inspection: Inspection): Promise<() => void> {
    const { store } = this;
    if (store.state.inspection) {
      return () => this.next(inspection);
    }
    const from = serverSources(inspection.id!);
    const { change } = fromHash(location.hash);
    const asked = await this.begun(inspection, change.view === 'corpus' ? {} : change, from); // it shows no text
    return () => this.show(inspection, { from, change: addressed(inspection, asked, store.state) });
  }

  /** Starts an inspection at its clearest head, unless the address or the user has selected one. */
  async begun(inspection: Inspection, change: Change, from = this.#sources!): Promise<Change> {
    if (namesAHead(change)) {
      return change;
    }
    const { kind } = attentionOf(inspection, change.attention ?? START.attention);
    const overview = await from(kind)
      .overview()
      .catch(() => undefined); // the view will report the error
    return overview ? { ...change, ...beginning(overview, inspection, kind) } : change;
  }

  /** The numbers of what is shown. */
  get sources(): Sources | undefined {
    return this.#sources;
  }

  get reasons(): Reasons | undefined {
    return this.#reasons;
  }

  /** The numbers of the attention that is shown. */
  get source(): Source | undefined {
    const { state } = this.store;
    return this.#sources?.(state.attention, measureOf(state));
  }

  /** The same of what it is compared with. */
  get otherSource(): Source | undefined {
    const { state } = this.store;
    const { other, attention } = state;
    return other && this.#otherSources?.(attentionOf(other, attention).kind, measureOf(state));
  }

  /** How the two differ. */
  difference(): Promise<Difference> {
    const { state } = this.store;
    const { inspection, attention, other } = state;
    const [own, beside] = [inspection!.id!, other!.id!];
    const measure = measureOf(state);
    return this.#differences.get(`${own} ${attention} ${measure} ${beside}`, () =>
      api.difference(own, attention, measure, beside),
    );
  }
}

const differences = () => new Remembered<Difference>(ATTENTION_KINDS.length * MEASURES.length);
