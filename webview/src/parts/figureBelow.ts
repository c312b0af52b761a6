import { headColor } from '../colors.ts';
import type { Below } from '../figure.ts';
import { headsOf } from '../inspection.ts';
import { scopeText } from '../save.ts';
import { measureOf, MEASURE_NAMES, type State } from '../state.ts';
import { partName, partsOf } from '../without.ts';
import { modelAt } from './status.ts';

/** What a file of a picture says: what it shows, and where that comes from. */
export function aboutPicture(state: State): string {
  const { model, revision, headlight, sha256 } = state.inspection!;
  const origin = [
    `Model ${model}${revision === undefined ? '' : `, revision ${revision}`}`,
    ...Object.entries(sha256 ?? {}).map(([name, hash]) => `${name} of SHA-256 ${hash}`),
    ...(headlight === undefined ? [] : [`Headlight ${headlight}`]),
  ];
  return `${belowFigure(state, false).caption.join(' ')} ${origin.join(', ')}.`;
}

/** What may stand below a figure: the text, the model and what is shown of it, and the colours of its heads. */
export function belowFigure(state: State, dark: boolean): Below {
  const { view, inspection } = state;
  const { text, pair, heads } = inspection!;
  const measure = measureOf(state);
  const shown = [
    modelAt(inspection!),
    scopeText(state) ?? 'all layers and heads',
    ...(measure === 'weight' ? [] : [MEASURE_NAMES[measure].toLowerCase()]),
    ...partsOf(inspection!).map((part) => `without ${partName(part, inspection!)}`),
  ];
  const chosen = view === 'head' ? state.heads : view === 'model' ? state.columns : new Set<number>();
  return {
    caption: [pair === undefined ? `“${text}”` : `“${text}” · “${pair}”`, `${shown.join(', ')}.`],
    legend: headsOf(inspection!)
      .filter((head) => chosen.has(head))
      .map((head) => ({ name: `Head ${head + 1}`, color: headColor(head, heads, dark) })),
  };
}
