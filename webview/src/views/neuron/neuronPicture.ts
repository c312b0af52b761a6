import { drawRowLabels } from '../../marks/labels.ts';
import { type Picture, type Surface, type Theme, onGround } from '../../marks/surface.ts';
import type { Attention } from '../../inspection.ts';
import type { Column, NeuronSpace } from '../../neurons.ts';
import { partsOf, scoreHeading } from '../../scores.ts';
import type { Shown, Unit } from '../../shown.ts';

/** Height of a token's row, in pixels. */
export const ROW_HEIGHT = 22;

/** A column's heading, and its description. */
export interface Heading extends Column {
  readonly name: string;
  readonly title: string;
}

/** The headings of a head's columns. */
export function headingsOf(
  attention: Attention,
  head: number,
  { steps, parts }: NeuronSpace,
): readonly Heading[] {
  const [score, meaning] = scoreHeading(attention);
  return [
    { ...steps.query, name: 'Query q', title: 'The query vector of the selected token' },
    { ...steps.key, name: 'Key k', title: 'The key vector of each token' },
    { ...steps.product, name: 'q × k', title: 'Their elementwise product' },
    ...partsOf(attention, head).map(({ id, name, title }) => ({ ...parts.get(id)!, name, title })),
    { ...steps.score, name: score, title: meaning },
    { ...steps.softmax, name: 'Softmax', title: 'The attention weight' },
  ];
}

const [MARGIN, LABEL, TOP] = [24, 130, 60];

/** The neuron view with its headings and tokens, for export. */
export function neuronPicture(
  name: string,
  { queries, keys }: Shown,
  headings: readonly Heading[],
  { width: middle }: NeuronSpace,
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
    headings.forEach(({ x, name: heading }) => surface.fillText(heading, x, -12));
    paint(surface);
    surface.restore();
  });
}
