import {
  attentionOf,
  lengthOf,
  nameOf,
  type Attention,
  type Inspection,
  type TokenRange,
} from './inspection.ts';
import { isolated } from './direction.ts';
import type { Source } from './source.ts';
import type { PairFilter, State } from './state.ts';

/** What stands as one in a view: a token, or the tokens of a word. */
export interface Unit {
  readonly name: string;
  readonly tokens: readonly number[];
  /** 0 for the first text, 1 for the second. */
  readonly segment: number;
  readonly special: boolean;
  /** Whether the model reads [UNK] for it, or for a part of it. */
  readonly unknown?: boolean;
  /** The name as a sentence quotes it; a word that occurs more than once has its position, from 1: “never”₅. */
  readonly quoted: string;
}

/** Units of a matrix: which of them its rows and columns show. */
export interface Shown {
  readonly queries: readonly Unit[];
  readonly keys: readonly Unit[];
  /** The tokens that the matrix's rows and columns are for. */
  readonly of: Pick<Attention, 'queries' | 'keys'>;
  /** Whether every token stands for itself at both sides, so that matrices are shown as they are. */
  readonly plain: boolean;
}

export type Choices = Pick<State, 'words' | 'special' | 'attention' | 'filter'>;

const known = [
  new WeakMap<Inspection, readonly Unit[]>(),
  new WeakMap<Inspection, readonly Unit[]>(),
] as const;

/** The units of an inspection, in order: its tokens, or its words. */
export function unitsOf(inspection: Inspection, words: boolean): readonly Unit[] {
  const memory = known[words ? 1 : 0];
  const units = memory.get(inspection) ?? computed(inspection, words);
  memory.set(inspection, units);
  return units;
}

function computed(inspection: Inspection, words: boolean): readonly Unit[] {
  const units: (Omit<Unit, 'tokens' | 'quoted'> & { tokens: number[]; unknown: boolean })[] = [];
  inspection.tokens.forEach((token, index) => {
    const before = inspection.tokens[index - 1];
    const goesOn =
      words && token.word !== undefined && before?.word === token.word && before.segment === token.segment;
    const { segment, special = false, unknown = false } = token;
    if (goesOn) {
      const unit = units.pop()!;
      units.push({ ...unit, tokens: [...unit.tokens, index], unknown: unit.unknown || unknown });
    } else {
      units.push({ name: nameOf(token, inspection), tokens: [index], segment, special, unknown });
    }
  });
  const named = words ? units.map((unit) => ({ ...unit, name: wordOf(unit, inspection) })) : units;
  const counts = new Map<string, number>();
  named.forEach(({ name }) => counts.set(name, (counts.get(name) ?? 0) + 1));
  return named.map((unit) => {
    const again = counts.get(unit.name)! > 1;
    return { ...unit, quoted: `“${isolated(unit.name)}”${again ? subscript(unit.tokens[0]! + 1) : ''}` };
  });
}

/** A name as sentences have it, without quotation marks: never₅. */
export const titled = ({ quoted }: Unit) => quoted.replace(/^“|”(?=[₀-₉]*$)/g, '');

/** A number in small digits below the line. */
const subscript = (number: number) =>
  [...String(number)].map((digit) => String.fromCodePoint(0x2080 + Number(digit))).join('');

/** A word as the text has it; a blank as the model sees it. */
function wordOf(
  { name, tokens, segment }: Pick<Unit, 'name' | 'tokens' | 'segment'>,
  inspection: Inspection,
): string {
  const start = inspection.tokens[tokens[0]!]!.start;
  const blank = inspection.blanks.some((one) => one.segment === segment && one.start === start);
  const text = segment === 0 ? inspection.text : (inspection.pair ?? '');
  const unknown = tokens.map((token) => inspection.tokens[token]!).find((token) => token.unknown);
  return start === undefined || blank
    ? name
    : `${unknown ? `${unknown.text} ` : ''}${text.slice(start, inspection.tokens[tokens.at(-1)!]!.end)}`;
}

const SIDES: Record<PairFilter, readonly [number | undefined, number | undefined]> = {
  all: [undefined, undefined],
  aa: [0, 0],
  ab: [0, 1],
  ba: [1, 0],
  bb: [1, 1],
};

const inside = ({ start, end }: TokenRange, token: number) => token >= start && token < end;

/** What is shown of an inspection, by the user's choices. */
export function shownOf(inspection: Inspection, { words, special, attention, filter }: Choices): Shown {
  const of = attentionOf(inspection, attention);
  const units = unitsOf(inspection, words).filter((unit) => special || !unit.special);
  const [from, to] = SIDES[filter];
  const within = (range: TokenRange, segment: number | undefined) =>
    units.filter(
      (unit) => inside(range, unit.tokens[0]!) && (segment === undefined || unit.segment === segment),
    );
  const [queries, keys] = [within(of.queries, from), within(of.keys, to)];
  const plain = queries.length === lengthOf(of.queries) && keys.length === lengthOf(of.keys);
  return { queries, keys, of, plain };
}

/** Whether some of what is looked at is not shown, so that rows don't sum to 1. */
export const hidesSome = ({ keys, of }: Shown) =>
  keys.reduce((sum, { tokens }) => sum + tokens.length, 0) < lengthOf(of.keys);

/** Remembers what is shown while the choices stay the same, so that views can compare it by identity. */
export function shownMemory(): (state: State) => Shown {
  let last: { inspection: Inspection; choices: string; shown: Shown } | undefined;
  return (state) => {
    const inspection = state.inspection!;
    const choices = `${state.words} ${state.special} ${state.attention} ${state.filter}`;
    if (last?.inspection !== inspection || last.choices !== choices) {
      last = { inspection, choices, shown: shownOf(inspection, state) };
    }
    return last.shown;
  };
}

/** Which unit holds a token; -1 if none does. */
export const unitWith = (units: readonly Unit[], token: number) =>
  units.findIndex((unit) => unit.tokens.includes(token));

/** Where the second text begins among units; undefined if they are of one text. */
export function secondFrom(units: readonly Unit[]): number | undefined {
  const second = units.findIndex(({ segment }) => segment === 1);
  return second > 0 ? second : undefined;
}

/** What units see of each other: a unit sees another if one of its tokens sees one of the other's. */
export const sightBetween = (
  sight: ((query: number, key: number) => boolean) | undefined,
  queries: readonly Unit[],
  keys: readonly Unit[],
) =>
  sight &&
  ((query: number, key: number) =>
    queries[query]!.tokens.some((from) => keys[key]!.tokens.some((to) => sight(from, to))));

/** Numbers as they are drawn, in 255ths, or exact. */
type Weights = Uint8Array | Float32Array;

/**
 * Matrices of tokens as matrices of units: attention from a word is the mean over its tokens, attention to a word the
 * sum (as in Clark et al. 2019, section 4.1).
 *
 * @param weights [head][query][key], over the tokens of the attention
 * @returns [head][query][key], over the units that are shown, of the same type
 */
export function gathered<W extends Weights>(weights: W, shown: Shown): W {
  if (shown.plain) {
    return weights;
  }
  const { queries, keys, of } = shown;
  const [rows, columns] = [lengthOf(of.queries), lengthOf(of.keys)];
  const heads = weights.length / (rows * columns);
  const into = (
    weights instanceof Uint8Array
      ? new Uint8Array(heads * queries.length * keys.length)
      : new Float32Array(heads * queries.length * keys.length)
  ) as W;
  let at = 0;
  for (let head = 0; head < heads; head++) {
    for (const query of queries) {
      for (const key of keys) {
        let sum = 0;
        for (const from of query.tokens) {
          const row = (head * rows + from - of.queries.start) * columns - of.keys.start;
          for (const to of key.tokens) {
            sum += weights[row + to]!;
          }
        }
        const mean = sum / query.tokens.length;
        into[at++] = weights instanceof Uint8Array ? Math.min(255, Math.round(mean)) : mean;
      }
    }
  }
  return into;
}

/** Exact weights of one unit's attention: [head][key] of what it attends to, or [head][query] of what attends to it. */
export async function exactWeights(
  source: Source,
  layer: number,
  side: 'query' | 'key',
  unit: Unit,
  shown: Shown,
): Promise<Float32Array> {
  const ask = (token: number) => (side === 'query' ? source.from(layer, token) : source.to(layer, token));
  const rows = await Promise.all(unit.tokens.map(ask));
  const others = side === 'query' ? shown.keys : shown.queries;
  if (shown.plain) {
    return rows[0]!;
  }
  const range = side === 'query' ? shown.of.keys : shown.of.queries;
  const count = lengthOf(range);
  const heads = rows[0]!.length / count;
  const into = new Float32Array(heads * others.length);
  for (let head = 0; head < heads; head++) {
    others.forEach((other, index) => {
      let sum = 0;
      for (const row of rows) {
        for (const token of other.tokens) {
          sum += row[head * count + token - range.start]!;
        }
      }
      const queries = side === 'query' ? unit.tokens.length : other.tokens.length;
      into[head * others.length + index] = sum / queries;
    });
  }
  return into;
}
