import {
  ATTENTION_NAMES,
  hasSeveral,
  nameOf,
  type AttentionKind,
  type Inspection,
  type Without,
} from './inspection.ts';
import { unitsOf, unitWith } from './shown.ts';

/** One thing that is taken out, or can be. Numbers count from 0. */
export type Part =
  | { readonly what: 'blanked' | 'hidden'; readonly tokens: readonly number[] }
  | {
      readonly what: 'heads' | 'averaged';
      readonly kind: AttentionKind;
      readonly layer: number;
      readonly head: number;
    }
  | {
      readonly what: 'edges';
      readonly kind: AttentionKind;
      readonly layer: number;
      readonly head: number;
      readonly from: number;
      readonly to: number;
    }
  | { readonly what: 'attention' | 'feedForward'; readonly kind: AttentionKind; readonly layer: number };

/** As the server writes it: numbers, after their kind if the model has several. */
const placed = (inspection: Inspection, kind: AttentionKind, ...numbers: number[]) =>
  hasSeveral(inspection) ? [kind, ...numbers] : numbers;

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** How the server writes a part: tokens, or one entry of a list. */
function written(part: Part, inspection: Inspection): readonly unknown[] {
  switch (part.what) {
    case 'blanked':
    case 'hidden':
      return part.tokens;
    case 'heads':
    case 'averaged':
      return [placed(inspection, part.kind, part.layer, part.head)];
    case 'edges':
      return [placed(inspection, part.kind, part.layer, part.head, part.from, part.to)];
    case 'attention':
    case 'feedForward':
      return [hasSeveral(inspection) ? [part.kind, part.layer] : part.layer];
  }
}

/** The same, taken out in the other way that there is for it. */
function otherWay(part: Part): Part {
  switch (part.what) {
    case 'blanked':
    case 'hidden':
      return { ...part, what: part.what === 'blanked' ? 'hidden' : 'blanked' };
    case 'heads':
    case 'averaged':
      return { ...part, what: part.what === 'heads' ? 'averaged' : 'heads' };
    default:
      return part;
  }
}

/** A part as it is taken out: as it is asked about, or else in the other way; undefined if it is not. */
function asOut(without: Without | undefined, part: Part, inspection: Inspection): Part | undefined {
  return [part, otherWay(part)].find((one) => {
    const list: readonly unknown[] = without?.[one.what] ?? [];
    return written(one, inspection).every((entry) => list.some((other) => same(entry, other)));
  });
}

/** Whether a part is taken out, in whichever way. */
export const isOut = (without: Without | undefined, part: Part, inspection: Inspection): boolean =>
  asOut(without, part, inspection) !== undefined;

/** Takes a part out, or puts it back, in whichever way it is out; undefined if nothing is taken out any more. */
export function toggled(
  without: Without | undefined,
  asked: Part,
  inspection: Inspection,
): Without | undefined {
  const out = asOut(without, asked, inspection);
  const part = out ?? asked;
  const entries = written(part, inspection);
  const list: readonly unknown[] = without?.[part.what] ?? [];
  const rest = list.filter((one) => !entries.some((entry) => same(entry, one)));
  const changed = out ? rest : [...rest, ...entries];
  const { [part.what]: _, ...others } = without ?? {};
  const all = changed.length > 0 ? { ...others, [part.what]: changed } : others;
  return Object.keys(all).length > 0 ? (all as Without) : undefined;
}

/** All that is taken out of an inspection, words in one piece. */
export function partsOf(inspection: Inspection): Part[] {
  const { without } = inspection;
  if (!without) {
    return [];
  }
  const first = inspection.attentions[0]!.kind;
  const split = (entry: number | readonly (number | string)[]) => {
    const all = typeof entry === 'number' ? [entry] : [...entry];
    const kind = typeof all[0] === 'string' ? (all.shift() as AttentionKind) : first;
    return { kind, numbers: all as number[] };
  };
  const heads = (what: 'heads' | 'averaged') =>
    (without[what] ?? []).map((entry): Part => {
      const { kind, numbers } = split(entry);
      return { what, kind, layer: numbers[0]!, head: numbers[1]! };
    });
  const layers = (what: 'attention' | 'feedForward') =>
    (without[what] ?? []).map((entry): Part => {
      const { kind, numbers } = split(entry);
      return { what, kind, layer: numbers[0]! };
    });
  return [
    ...words('blanked', without.blanked ?? [], inspection),
    ...words('hidden', without.hidden ?? [], inspection),
    ...heads('heads'),
    ...heads('averaged'),
    ...(without.edges ?? []).map((entry): Part => {
      const { kind, numbers } = split(entry);
      const [layer, head, from, to] = numbers as [number, number, number, number];
      return { what: 'edges', kind, layer, head, from, to };
    }),
    ...layers('attention'),
    ...layers('feedForward'),
  ];
}

function words(what: 'blanked' | 'hidden', tokens: readonly number[], inspection: Inspection): Part[] {
  const out = new Set(tokens);
  return unitsOf(inspection, true).flatMap((unit) => {
    const of = unit.tokens.filter((token) => out.has(token));
    return of.length > 0 ? [{ what, tokens: of }] : [];
  });
}

/** A head's name as people count: `6.2`, with its kind if the model has several. */
export const headName = (inspection: Inspection, kind: AttentionKind, layer: number, head: number) =>
  `${hasSeveral(inspection) ? `${ATTENTION_NAMES[kind]} ` : ''}${layer + 1}.${head + 1}`;

/** The words that tokens are of, as the text has them. */
export function wordText(inspection: Inspection, tokens: readonly number[]): string {
  const [first, last] = [inspection.tokens[tokens[0]!]!, inspection.tokens[tokens.at(-1)!]!];
  const text = first.segment === 0 ? inspection.text : (inspection.pair ?? '');
  return first.start === undefined || last.end === undefined
    ? nameOf(first, inspection)
    : text.slice(first.start, last.end).trim() || nameOf(first, inspection);
}

/** A word as a sentence quotes it: with its position if it occurs more than once, “the”₅. */
function quoted(inspection: Inspection, token: number, words = true): string {
  const units = unitsOf(inspection, words);
  const { name, quoted: text } = units[unitWith(units, token)]!;
  return words ? text.replace(name, () => name.trim()) : text;
}

/** What people call a part, such as: head 6.2. */
export function partName(part: Part, inspection: Inspection): string {
  const several = hasSeveral(inspection);
  const of = (kind: AttentionKind) => (several ? `${ATTENTION_NAMES[kind].toLowerCase()} ` : '');
  switch (part.what) {
    case 'blanked':
      return `${quoted(inspection, part.tokens[0]!)} blanked out`;
    case 'hidden':
      return `${quoted(inspection, part.tokens[0]!)} hidden`;
    case 'heads':
      return `head ${headName(inspection, part.kind, part.layer, part.head)}`;
    case 'averaged':
      return `head ${headName(inspection, part.kind, part.layer, part.head)}, averaged`;
    case 'edges': {
      const [from, to] = [part.from, part.to].map((token) => quoted(inspection, token, false));
      return `${from} → ${to} in head ${headName(inspection, part.kind, part.layer, part.head)}`;
    }
    case 'attention':
      return part.kind === 'cross'
        ? `cross-attention of layer ${part.layer + 1}`
        : `attention of ${of(part.kind)}layer ${part.layer + 1}`;
    case 'feedForward':
      return `feed-forward part of ${of(part.kind)}layer ${part.layer + 1}`;
  }
}
