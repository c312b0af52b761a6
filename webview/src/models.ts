import { headsOf, layersOf, pairOf, type Attention, type Blank, type Inspection } from './inspection.ts';
import type { State } from './state.ts';

/** A model on this machine. */
export interface KnownModel {
  readonly name: string;
  /** As its configuration says it; empty if that can't be read. */
  readonly type: string;
  readonly bytes: number;
  /** Why it can't be used, in a few words; missing if it can. */
  readonly problem?: string;
}

/** The models of this machine. */
export interface ModelList {
  /** The current one. */
  readonly model: string;
  /** Whether the page chooses it; else an editor does. */
  readonly chooses: boolean;
  readonly models: readonly KnownModel[];
}

/** How far a download is. */
export interface Fetching {
  readonly done: number;
  readonly total: number;
  /** All this as a person reads it. */
  readonly message: string;
}

/** Such as `440.5 MB`; units are powers of 1000. */
export function sizeText(bytes: number): string {
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  for (; value >= 999.95 && unit < units.length - 1; unit++) {
    value /= 1000;
  }
  return bytes < 1000 ? `${bytes} bytes` : `${value.toFixed(1)} ${units[unit]}`;
}

/** The models that have all words of a filter in their name, as the page says it, or in their type. */
export function matching(
  models: readonly KnownModel[],
  filter: string,
  nameOf: (name: string) => string,
): readonly KnownModel[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter(({ name, type }) => {
    const all = `${name} ${nameOf(name)} ${type}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** Whether a name may be one of the hub: organisation/name, perhaps with @revision. */
export const isHubName = (name: string) =>
  /^[A-Za-z0-9_][\w.-]*\/[A-Za-z0-9_][\w.-]*(@[\w./-]+)?$/.test(name) && !/--|\.\./.test(name);

/** Whether a text is shown under two models. */
export const hasTwoModels = ({ inspection, other }: State) =>
  inspection !== undefined && other !== undefined && inspection.model !== other.model;

/** Whether what is shown beside is compared number by number: a text by the same model, or by one of the same shape and tokens. */
export const hasDifference = (state: State) =>
  state.other !== undefined && (!hasTwoModels(state) || agree(state.inspection!, state.other));

/** Whether two models read a text as the same tokens, in as many layers and heads. */
export function agree(one: Inspection, other: Inspection): boolean {
  const shape = ({ kind, layers, queries, keys }: Attention) => [kind, layers, queries, keys];
  const shapes = (of: Inspection) =>
    JSON.stringify([layersOf(of), headsOf(of), of.heads, of.attentions.map(shape)]);
  const places = ({ tokens }: Inspection) =>
    JSON.stringify(tokens.map(({ start, end, segment }) => [start, end, segment]));
  return shapes(one) === shapes(other) && sameTexts(one, other) && places(one) === places(other);
}

const sameTexts = (one: Inspection, other: Inspection) =>
  one.text === other.text && pairOf(one) === pairOf(other);

/** A blank of a text, by its number in what each of two models read; undefined where one of them predicts nothing. */
export interface BothBlank {
  readonly here: number | undefined;
  readonly there: number | undefined;
}

/** The blanks of a text under two models: those at the same place stand together. */
export function bothBlanks(one: Inspection, other: Inspection): readonly BothBlank[] {
  const same = (a: Blank, b: Blank) => a.segment === b.segment && a.start === b.start && a.end === b.end;
  const left = new Set(other.blanks.keys());
  const rows: BothBlank[] = one.blanks.map((blank, here) => {
    const there = [...left].find((number) => same(blank, other.blanks[number]!));
    if (there !== undefined) {
      left.delete(there);
    }
    return { here, there };
  });
  return [...rows, ...[...left].map((there) => ({ here: undefined, there }))];
}

/** The words that either of two models predicts in a blank, each once, the likeliest of all first. */
export function bothWords(one: Blank | undefined, other: Blank | undefined): readonly string[] {
  const most = new Map<string, number>();
  for (const { word, probability } of [...(one?.predictions ?? []), ...(other?.predictions ?? [])]) {
    most.set(word.trim(), Math.max(most.get(word.trim()) ?? 0, probability));
  }
  return [...most].sort(([, a], [, b]) => b - a).map(([word]) => word);
}
