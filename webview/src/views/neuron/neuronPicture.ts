import { drawRowLabels } from '../../marks/labels.ts';
import { type Picture, type Surface, type Theme, onGround } from '../../marks/surface.ts';
import type { Attention } from '../../inspection.ts';
import type { NeuronSpace, Step } from '../../neurons.ts';
import { partsSentence } from '../../scores.ts';
import type { Shown, Unit } from '../../shown.ts';

/** Height of a token's row, in pixels. */
export const ROW_HEIGHT = 22;

/** The headings of the steps, and their descriptions. */
type Headings = readonly (readonly [Step, string, string])[];

const HEADINGS: Headings = [
  ['query', 'Query q', 'The query vector of the selected token'],
  ['key', 'Key k', 'The key vector of each token'],
  ['product', 'q × k', 'Their elementwise product'],
  ['score', 'q · k / √d', 'The scaled dot product'],
  ['softmax', 'Softmax', 'The attention weight'],
];

/** The same for an attention: what is done to its scores is said. */
export function headingsOf(attention: Attention): Headings {
  const sentence = partsSentence(attention);
  return HEADINGS.map((heading) =>
    heading[0] === 'score' && sentence ? (['score', 'Score', sentence] as const) : heading,
  );
}

const [MARGIN, LABEL, TOP] = [24, 130, 60];

/** The neuron view with its headings and tokens, for export. */
export function neuronPicture(
  name: string,
  { queries, keys }: Shown,
  headings: Headings,
  { steps, width: middle }: NeuronSpace,
  theme: Theme,
  paint: (surface: Surface) => void,
): Picture {
  const width = MARGIN * 2 + LABEL * 2 + middle + 16;
  const height = MARGIN + TOP + Math.max(queries.length, keys.length) * ROW_HEIGHT;
  const style = { color: theme.text, font: theme.font };
  const names = (units: readonly Unit[]) => units.map((unit) => unit.name);
  return onGround(name, width, height, theme, (surface) => {
    drawRowLabels(surface, [name], 26, MARGIN, 300, 'left', { ...style, color: theme.muted });
    surface.save();
    surface.translate(MARGIN, TOP);
    drawRowLabels(surface, names(queries), ROW_HEIGHT, LABEL - 4, LABEL - 8, 'right', style);
    drawRowLabels(surface, names(keys), ROW_HEIGHT, LABEL + middle + 20, LABEL - 8, 'left', style);
    surface.translate(LABEL + 4, 0);
    surface.fillStyle = theme.muted;
    surface.textAlign = 'left';
    surface.font = `12px ${theme.font}`;
    headings.forEach(([step, heading]) => surface.fillText(heading, steps[step].x, -12));
    paint(surface);
    surface.restore();
  });
}
