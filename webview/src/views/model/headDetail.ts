import { html, render } from 'lit';
import { hasDifference } from '../../models.ts';
import { measuresOf, measureText, placeOf } from '../../overview.ts';
import { modelName } from '../../parts/status.ts';
import type { State } from '../../state.ts';
import { LinesPanel, oneHead } from '../shared/linesPanel.ts';
import { anyOf, type ViewContext } from '../shared/view.ts';
import type { Loaded, There } from './compared.ts';
import { DifferencePanel } from './differencePanel.ts';
import { REDRAWING } from './modelCells.ts';
import { TwoHeads } from './twoHeads.ts';

/** The parts of the state that change two heads side by side. */
const TWO = ['layer', 'head', 'detail', ...REDRAWING, 'ramp', 'attention', 'measure'] as const;

/** The head that was opened, large: its measures, and its lines, its difference, or that of another model beside it. */
export class HeadDetail {
  readonly element = document.createElement('aside');
  readonly #context: ViewContext;
  readonly #heading = document.createElement('div');
  readonly #lines: LinesPanel;
  readonly #difference: DifferencePanel;
  readonly #two: TwoHeads;

  constructor(context: ViewContext) {
    this.#context = context;
    this.#lines = new LinesPanel(context, oneHead(context));
    this.#difference = new DifferencePanel(context);
    this.#two = new TwoHeads(context);
    this.element.className = 'detail';
  }

  /**
   * Shows the selected head.
   *
   * @param loaded undefined until it is there
   */
  show(
    state: State,
    changed: ReadonlySet<keyof State>,
    loaded: Loaded | undefined,
    there: There | undefined,
  ): void {
    const { attention, layer, head, inspection, other } = state;
    this.element.setAttribute('aria-label', `Layer ${layer + 1}, head ${head + 1}`);
    const place = placeOf(inspection!, attention, layer, head);
    const measures = loaded ? measuresOf(loaded.overview, place) : [];
    render(
      html`<h2>Layer ${layer + 1} · Head ${head + 1}</h2>
        <button type="button" class="quiet" @click=${() => this.#context.store.update({ detail: false })}>
          Close
        </button>
        <dl class="measures" aria-label="Patterns">
          ${measures
            .filter(({ measure }) => !Number.isNaN(measure))
            .map(
              ({ name, measure, threshold }) =>
                html`<div class=${measure > threshold ? 'shows' : ''}>
                  <dt>${name}</dt>
                  <dd>${measureText(measure)}${name === 'broad' ? ' nats' : ''}</dd>
                </div>`,
            )}
        </dl>`,
      this.#heading,
    );
    const differs = hasDifference(state);
    const panel = differs ? this.#difference : other ? this.#two : this.#lines;
    if (this.element.lastElementChild !== panel.element) {
      this.element.replaceChildren(this.#heading, panel.element);
    }
    if (differs) {
      this.#difference.show(state, loaded?.other?.difference, changed);
    } else if (!other) {
      this.#lines.show(state, changed);
    } else if (anyOf(changed, ...TWO)) {
      this.showTwo(state, there); // or once the other's heads are known
    }
  }

  /** Shows a head of each of two models, as matrices. */
  showTwo(state: State, there: There | undefined): void {
    if (!there || !state.detail) {
      return;
    }
    const of = ({ inspection, layer, head }: State) => ({
      inspection: inspection!,
      name: modelName(inspection!.model),
      layer,
      head,
    });
    this.#two.show(state, [of(state), of(there.state)]);
  }
}
