import { attentionPhrase, hasSeveral, headsOf, layersIn } from './inspection.ts';
import { ALIKE, clarityOf, patternOf, placeOf, type Measured } from './overview.ts';
import type { Overview } from './source.ts';
import { measureOf, type State } from './state.ts';
import { chance } from './why.ts';

/** Patterns as the end of a sentence about a head. */
const LOOKS: Readonly<Record<string, string>> = {
  'previous token': 'the token before',
  'next token': 'the token after',
  'same token': 'the token itself',
  'two tokens before': 'two tokens before',
  'three tokens before': 'three tokens before',
  'four tokens before': 'four tokens before',
  'two tokens after': 'two tokens after',
  'three tokens after': 'three tokens after',
  'four tokens after': 'four tokens after',
  'first token': 'the first token',
  separator: 'the separators',
  punctuation: 'punctuation',
  'same word elsewhere': 'the same word elsewhere',
  'other sentence': 'the other sentence',
};

/**
 * What a head does, after its name: looks at the token before, with 92 % of its attention.
 *
 * @param of what it is that is shared out
 */
function does(pattern: Measured | undefined, of: string): string {
  if (!pattern) {
    return 'shows no simple pattern: point at a token to see where it looks';
  }
  switch (pattern.name) {
    case ALIKE:
      return 'looks at everything alike: it makes no distinction here';
    case 'broad':
      return `spreads ${of} over many tokens`;
    case 'one token':
      return `looks at the same token from everywhere, with ${chance(pattern.measure)} of ${of}`;
    default:
      return `looks at ${LOOKS[pattern.name] ?? pattern.name}, with ${chance(pattern.measure)} of ${of}`;
  }
}

/** Of a model with several attentions, which: of the decoder attention, or of the cross-attention. */
const ofKind = ({ inspection, attention }: State) =>
  hasSeveral(inspection!) ? ` of the ${attentionPhrase(inspection!, attention).toLowerCase()}` : '';

/** One sentence about what is seen, from the numbers; the Why view has its own. */
export function sentenceFor(state: State, overview: Overview): string {
  const measure = measureOf(state);
  const of = measure === 'weight' ? 'its attention' : `its ${measure}`;
  const { view, layer, attention, inspection } = state;
  const all = headsOf(inspection!);
  const pattern = (head: number) => patternOf(overview, placeOf(inspection!, attention, layer, head));
  // rollout is the same in all heads of a layer
  const whole = measure === 'rollout';
  const one = (head: number) =>
    `${whole ? 'Layer' : `Head ${head + 1} of layer`} ${layer + 1}${ofKind(state)} ${does(pattern(head), of)}.`;
  if (view === 'model' || (view === 'heatmap' && state.gallery)) {
    return everyHead(state, overview);
  }
  if (view !== 'head') {
    return one(state.head);
  }
  const heads = all.filter((head) => state.heads.has(head));
  if (heads.length === 0) {
    return 'No head is shown.';
  }
  if (heads.length === 1 || whole) {
    return one(heads[0]!);
  }
  const [clearest] = heads
    .flatMap((head) => {
      const found = pattern(head);
      return found ? [{ head, found }] : [];
    })
    .sort((a, b) => clarityOf(b.found) - clarityOf(a.found));
  const begins = `${heads.length} heads of layer ${layer + 1}${ofKind(state)}`;
  return clearest
    ? `${begins}; the clearest is head ${clearest.head + 1}, which ${does(clearest.found, of)}.`
    : `${begins}; none shows a simple pattern.`;
}

function everyHead(state: State, overview: Overview): string {
  const { inspection, attention } = state;
  const rollout = measureOf(state) === 'rollout'; // the same in all heads of a layer
  const heads = headsOf(inspection!).slice(0, rollout ? 1 : undefined);
  const what = rollout ? 'layers' : 'heads';
  const counts = new Map<string, number>();
  const places = layersIn(inspection!, attention).flatMap((layer) =>
    heads.map((head) => placeOf(inspection!, attention, layer, head)),
  );
  for (const place of places) {
    const name = patternOf(overview, place)?.name;
    if (name !== undefined) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const [first, second, ...others] = [...counts].sort(([, a], [, b]) => b - a);
  if (!first) {
    return `None of the ${places.length} ${what} shows a simple pattern.`;
  }
  const phrase = ([name, count]: readonly [string, number], verb = '') =>
    `${count} ${verb}at ${name === 'broad' ? 'many tokens' : (LOOKS[name] ?? name)}`;
  const other = others.reduce((sum, [, count]) => sum + count, 0);
  const parts = [
    phrase(first, first[1] === 1 ? 'looks ' : 'look '),
    ...(second ? [phrase(second)] : []),
    ...(other > 0 ? [other === 1 ? '1 shows another pattern' : `${other} show other patterns`] : []),
  ];
  const none = places.length - first[1] - (second?.[1] ?? 0) - other;
  return `Of ${places.length} ${what}, ${listed(parts)}${none > 0 ? `; ${none} ${none === 1 ? 'shows' : 'show'} none` : ''}.`;
}

/** As in a sentence: a and b; or a, b, and c. */
const listed = (parts: readonly string[]) =>
  parts.length < 3 ? parts.join(' and ') : `${parts.slice(0, -1).join(', ')}, and ${parts.at(-1)}`;
