import { html, nothing, render } from 'lit';
import { headsOf, layersIn } from '../../inspection.ts';
import { pixels } from '../../marks/cells.ts';
import { drawRowLabels } from '../../marks/labels.ts';
import { type Picture, type Theme, onGround } from '../../marks/surface.ts';
import { placeOf, thumbnailOf } from '../../overview.ts';
import type { Overview } from '../../source.ts';
import { measurePrefix, type State } from '../../state.ts';
import { imageOf, whenResized } from '../shared/canvas.ts';
import { cellStyle } from '../shared/cellStyle.ts';
import { Roving } from '../shared/roving.ts';
import { drawSheet, enlarged } from '../shared/sheet.ts';
import { Latest, settled, type ViewContext } from '../shared/view.ts';

/** All heads as small diagrams, under their layers. */
export class Gallery {
  readonly element = document.createElement('div');
  readonly #context: ViewContext;
  readonly #latest: Latest;
  readonly #roving: Roving;
  #state!: State;
  #overview: Overview | undefined;

  constructor(context: ViewContext) {
    this.#context = context;
    this.#latest = new Latest(context.store);
    this.element.className = 'gallery';
    this.#roving = new Roving(this.element, '.open');
    whenResized(this.element, () => this.#draw());
  }

  /**
   * Shows the state.
   *
   * @param reload whether the overview may be another one
   */
  show(state: State, reload: boolean): void {
    this.#state = state;
    if (!reload) {
      this.#draw();
      return;
    }
    this.#overview = undefined;
    this.element.inert = true;
    const loading = this.#latest.run(
      () => this.#context.source()?.overview(),
      (overview) => {
        this.element.inert = false;
        this.#overview = overview;
        this.#draw();
      },
    );
    void loading.then((how) => {
      if (how === 'failed') {
        render(nothing, this.element);
      }
    });
  }

  #draw(): void {
    const state = this.#state;
    const inspection = state.inspection!;
    const overview = this.#overview;
    if (!overview || !this.element.isConnected) {
      return;
    }
    const { diagramUrl } = this.#context;
    const open = (layer: number, head: number) =>
      this.#context.store.update({ layer, head, gallery: false, focus: undefined });
    render(
      html`<canvas class="sheet" aria-hidden="true"></canvas>${layersIn(inspection, state.attention).map(
          (layer) =>
            html`<h2>Layer ${layer + 1}</h2>
              <div class="diagrams">
                ${headsOf(inspection).map(
                  (head) =>
                    html`<div class="diagram">
                      <button
                        class="open"
                        type="button"
                        aria-label="Open layer ${layer + 1}, head ${head + 1}"
                        @click=${() => open(layer, head)}
                      >
                        <span class="thumb"></span>
                      </button>
                      <span>Head ${head + 1}</span>
                      ${
                        diagramUrl
                          ? html`<a
                              href=${diagramUrl(layer, head)}
                              download
                              aria-label="Save the PNG of layer ${layer + 1}, head ${head + 1}"
                              >PNG</a
                            >`
                          : nothing
                      }
                    </div>`,
                )}
              </div>`,
        )}`,
      this.element,
    );
    const shown = this.#context.shown(state);
    drawSheet(this.element, (place, side) => {
      const thumbnail = thumbnailOf(overview, place, shown);
      const painted = pixels(thumbnail, cellStyle(state, thumbnail.values));
      return enlarged(painted, thumbnail.keys, thumbnail.queries, side);
    });
    const name = `Open layer ${state.layer + 1}, head ${state.head + 1}`;
    this.#roving.settle(this.element, (button) => button.ariaLabel === name);
    settled(this.element, 'gallery');
  }

  picture(theme: Theme): Picture | undefined {
    const overview = this.#overview;
    if (!overview) {
      return undefined;
    }
    const inspection = this.#state.inspection!;
    const [layers, heads] = [layersIn(inspection, this.#state.attention), headsOf(inspection)];
    const shown = this.#context.shown(this.#state);
    const [margin, side, gap, heading] = [24, 96, 20, 26];
    const width = margin * 2 + heads.length * (side + gap) - gap;
    const height = margin * 2 + layers.length * (side + gap + heading);
    const label = { color: theme.muted, font: theme.font };
    return onGround(`${measurePrefix(this.#state)}All heads`, width, height, theme, (surface) => {
      layers.forEach((layer, row) => {
        surface.save();
        surface.translate(margin, margin + row * (side + gap + heading));
        drawRowLabels(surface, [`Layer ${layer + 1}`], heading, 0, width, 'left', label);
        heads.forEach((head, column) => {
          const place = placeOf(inspection, this.#state.attention, layer, head);
          const thumbnail = thumbnailOf(overview, place, shown);
          const painted = pixels(thumbnail, cellStyle(this.#state, thumbnail.values));
          const image = imageOf(painted, thumbnail.keys, thumbnail.queries);
          surface.drawImage(image, column * (side + gap), heading, side, side);
          const x = column * (side + gap);
          surface.fillText(`Head ${head + 1}`, x, heading + side + 9);
        });
        surface.restore();
      });
    });
  }
}
