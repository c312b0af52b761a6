import { attentionOf, headsOf, layersIn, type Inspection } from './inspection.ts';
import { beginning } from './overview.ts';
import type { Overview, Reasons, Source } from './source.ts';
import { START, type Change } from './state.ts';
import { tokenOf } from './why.ts';

/** The sentence of the lesson: the embedded model answers “were”, and shows which words that rests on. */
export const LESSON = 'The keys to the cabinet ____ on the table.';

/** The words that the last step asks about. */
const [RIGHT, WRONG] = ['were', 'was'] as const;

/** How many steps the lesson has. */
export const STEPS = 5;

/** The choices of a view that begins afresh. */
const PLAIN: Change = {
  focus: undefined,
  words: false,
  special: true,
  threshold: 0,
  filter: 'all',
  measure: 'weight',
  table: false,
  other: undefined,
};

/** What a step of the lesson shows, from the numbers of its sentence. */
export function stepChange(step: number, inspection: Inspection, overview: Overview): Change {
  const { kind } = attentionOf(inspection, 'self');
  const one = beginning(overview, inspection, kind);
  const head = one.layer === undefined ? {} : { layer: one.layer, head: one.head!, heads: one.heads! };
  const token = tokenOf(inspection, 0);
  const blank = token === undefined ? undefined : ({ side: 'query', token, pinned: true } as const);
  switch (step) {
    case 0:
      return { ...PLAIN, ...head, view: 'head', arcs: false };
    case 1:
      return { ...PLAIN, ...head, view: 'head', arcs: false, focus: blank };
    case 2:
      return {
        ...PLAIN,
        view: 'model',
        layers: new Set(layersIn(inspection, kind)),
        columns: new Set(headsOf(inspection)),
        thumbnails: 'lines',
        order: 'layers',
        pattern: undefined,
        detail: false,
      };
    case 3:
      return { ...PLAIN, ...head, view: 'neuron', expanded: true, focus: blank };
    default: {
      const { set, taking, place, sinks, hiding, averaged } = START;
      return { ...PLAIN, view: 'why', set, taking, place, sinks, hiding, averaged };
    }
  }
}

/** A step of the lesson with its numbers, and with the question of the last one. */
export async function lessonChange(
  step: number,
  inspection: Inspection,
  source: Source,
  reasons: Reasons,
): Promise<Change> {
  const [overview, word, other] = await Promise.all([
    source.overview(),
    reasons.candidate!(0, RIGHT),
    reasons.candidate!(0, WRONG),
  ]);
  return { ...stepChange(step, inspection, overview), why: word.id, rather: other.id, learn: step };
}
