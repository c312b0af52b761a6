import { html, nothing, type TemplateResult } from 'lit';
import type { Inspection } from '../../inspection.ts';
import { hasTwoModels } from '../../models.ts';
import { measureText } from '../../overview.ts';
import { modelName, sizeOf } from '../../parts/status.ts';
import type { State } from '../../state.ts';
import { alignmentNote, alignmentOf, isComparable } from './alignmentNote.ts';
import type { Loaded, There } from './compared.ts';
import { cellOf, grid, patternCaption, type HeadCell } from './modelCells.ts';

export interface GridActions {
  readonly open: (cell: HeadCell) => void;
  /** Opens a head of the other model. */
  readonly openBeside: (of: Inspection, cell: HeadCell) => void;
  /** A head is pointed at, of this inspection or in another state. */
  readonly enter: (cell: HeadCell, of?: State) => void;
}

/** The heads of the model view: of one inspection; of two; or of two and their difference. */
export function modelGrids(
  state: State,
  { other }: Loaded,
  cells: readonly HeadCell[],
  there: There | undefined,
  actions: GridActions,
): TemplateResult {
  const ownActions = { open: actions.open, enter: (cell: HeadCell) => actions.enter(cell) };
  const own = grid('Heads', cells, state, (cell) => patternCaption(cell, state.order), ownActions);
  const empty = cells.length === 0 ? html`<p class="hint">No selected head shows this pattern.</p>` : nothing;
  if (!other) {
    return html`<div class="this">${own}</div>
      ${empty}`;
  }
  const models = hasTwoModels(state);
  const { inspection, other: compared } = state as { inspection: Inspection; other: Inspection };
  const heading = (name: string, of: Inspection) =>
    models
      ? html`<h2 title=${of.model}>${modelName(of.model)}</h2>`
      : html`<h2 title=${of.text}>${name} <span class="hint" dir="auto">${of.text}</span></h2>`;
  const { difference } = other;
  if (there) {
    const inOther = {
      open: (cell: HeadCell) => actions.openBeside(compared, cell),
      enter: (cell: HeadCell) => actions.enter(cell, there.state),
    };
    const caption = (cell: HeadCell) => patternCaption(cell, there.state.order);
    return html`<p class="hint alignment">${whyNoDifference(inspection, compared)}</p>
      <div class="this">${heading('', inspection)} ${own}</div>
      <div class="other">
        ${heading('', compared)} ${grid('Heads, the other model', there.cells, there.state, caption, inOther)}
      </div>
      ${empty}`;
  }
  const otherCaption = ({ layer, head }: HeadCell) =>
    patternCaption(cellOf({ ...state, inspection: compared }, other.overview, layer, head), state.order);
  const distance = (cell: HeadCell) => {
    const number = measureText(difference!.distances[cell.place]!);
    return {
      text: '',
      number,
      label: `Layer ${cell.layer + 1} · Head ${cell.head + 1}: differs by ${number}`,
    };
  };
  const alignment = alignmentOf(inspection, compared, difference!);
  const says = models || isComparable(alignment);
  return html`${
      models
        ? html`<p class="hint alignment">
            Both models read the text as the same ${alignment.tokens} tokens. Heads of two models that have
            the same number need not do the same.
          </p>`
        : alignmentNote(alignment)
    }
    <div class="this">${heading('This text', inspection)} ${own}</div>
    <div class="other">
      ${heading('The other', compared)}
      ${grid(models ? 'Heads, the other model' : 'Heads, the other text', cells, state, otherCaption, ownActions)}
    </div>
    <div class="difference ${says ? '' : 'void'}">
      <h2>
        Difference
        <span class="hint"
          >${
            models
              ? 'orange: more in the first · blue: more in the second'
              : 'orange: more here · blue: more there'
          }</span
        >
      </h2>
      ${grid('Difference', cells, state, distance, ownActions)}
    </div>
    ${empty}`;
}

/** Why two models have no difference. */
function whyNoDifference(one: Inspection, other: Inspection): string {
  const shapes = [sizeOf(one), sizeOf(other)];
  return shapes[0] === shapes[1]
    ? `The two models read the text as different tokens (${one.tokens.length} and ${other.tokens.length}), so that their heads have no difference: each has its own.`
    : `The two models have ${shapes[0]} and ${shapes[1]}, so that there is no difference: each has its own.`;
}
