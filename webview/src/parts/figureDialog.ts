import { html, nothing, render, type TemplateResult } from 'lit';
import {
  converted,
  DPIS,
  figure,
  figureTheme,
  GROUNDS,
  lengths,
  pixelsWide,
  WIDTHS,
  type Below,
  type FigureChoice,
  type Ground,
} from '../figure.ts';
import { printed, type FigureFile } from '../figureFiles.ts';
import { textWidth } from '../save.ts';
import type { Picture, Theme } from '../marks/surface.ts';
import { sentenceOf } from '../source.ts';
import { check, segments } from './fields.ts';

/** What a figure is made from. */
export interface FigureSource {
  /** The view as a picture; undefined while it is empty. */
  readonly picture: (theme: Theme) => Picture | undefined;
  /** What may stand below it. */
  readonly below: (dark: boolean) => Below;
  readonly font: string;
  readonly files: FigureFile;
  /** Whether the page can be printed: an editor's frame can't. */
  readonly prints: boolean;
}

const GROUND_NAMES: Readonly<Record<Ground, string>> = {
  light: 'Light',
  dark: 'Dark',
  transparent: 'Transparent',
};

/** Pixels of the preview at most. */
const [PREVIEW_WIDE, PREVIEW_HIGH] = [560, 320];

/** A dialog that makes figures for papers and slides. */
export class FigureDialog {
  readonly #dialog = document.createElement('dialog');
  #source: FigureSource | undefined;
  #choice: FigureChoice = {
    ground: 'light',
    width: 160,
    unit: 'mm',
    dpi: 300,
    caption: true,
    legend: true,
  };
  #said = '';
  #failure: string | undefined;

  constructor() {
    this.#dialog.className = 'figure-dialog';
    this.#dialog.setAttribute('aria-labelledby', 'figure-title');
    this.#dialog.addEventListener('keydown', (event) => event.stopPropagation()); // the page's keys are not for it
    this.#dialog.addEventListener('close', () =>
      document.querySelector<HTMLElement>('.export-menu summary')?.focus(),
    );
    document.body.append(this.#dialog);
  }

  open(source: FigureSource): void {
    this.#source = source;
    this.#said = '';
    this.#failure = undefined;
    this.#draw();
    this.#dialog.showModal();
  }

  /** The figure as it is chosen; undefined while the view is empty. */
  #figure(): Picture | undefined {
    const { ground, caption, legend } = this.#choice;
    const theme = figureTheme(ground, this.#source!.font);
    const picture = this.#source!.picture(theme);
    const below = this.#source!.below(theme.dark);
    return (
      picture &&
      figure(
        picture,
        { caption: caption ? below.caption : [], legend: legend ? below.legend : [] },
        theme,
        textWidth,
      )
    );
  }

  #draw(): void {
    const made = this.#figure();
    render(made ? this.#page(made) : nothing, this.#dialog);
    const canvas = this.#dialog.querySelector('canvas');
    if (made && canvas) {
      const scale = Math.min(PREVIEW_WIDE / made.width, PREVIEW_HIGH / made.height);
      const ratio = scale * Math.min(2, window.devicePixelRatio || 1);
      canvas.width = Math.ceil(made.width * ratio);
      canvas.height = Math.ceil(made.height * ratio);
      canvas.style.aspectRatio = `${made.width} / ${made.height}`;
      const context = canvas.getContext('2d')!;
      context.scale(ratio, ratio);
      made.draw(context);
    }
  }

  #choose(change: Partial<FigureChoice>): void {
    this.#choice = { ...this.#choice, ...change };
    this.#said = '';
    this.#failure = undefined;
    this.#draw();
  }

  /** Makes a file, and says what came of it. */
  async #make(make: (made: Picture, choice: FigureChoice) => Promise<string> | string): Promise<void> {
    const made = this.#figure();
    this.#failure = undefined;
    try {
      this.#said = made ? await make(made, this.#choice) : '';
    } catch (cause) {
      this.#said = '';
      this.#failure = sentenceOf(cause);
    }
    this.#draw();
  }

  #number(
    label: string,
    value: number,
    [least, most]: readonly [number, number],
    set: (value: number) => void,
  ): TemplateResult {
    return html`<label class="option"
      >${label}
      <input
        type="number"
        min=${least}
        max=${most}
        .value=${String(value)}
        @change=${(event: Event) => {
          const asked = Number((event.target as HTMLInputElement).value);
          set(Math.max(least, Math.min(most, Math.round(asked) || least)));
        }}
      />
    </label>`;
  }

  #page(made: Picture): TemplateResult {
    const choice = this.#choice;
    const { ground, width, unit, dpi } = choice;
    const { files, prints, below } = this.#source!;
    const pixels = pixelsWide(choice);
    const high = Math.round((pixels * made.height) / made.width);
    const tall = parseFloat(lengths(choice, made).height);
    return html`<form method="dialog">
        <h2 id="figure-title">Figure</h2>
        <button class="quiet" aria-label="Close">×</button>
      </form>
      <div class="figure-preview ${ground}">
        <canvas role="img" aria-label="Preview of ${made.name}"></canvas>
      </div>
      <div class="options">
        ${segments(
          'Background',
          GROUNDS.map((one) => [GROUND_NAMES[one], one === ground, () => this.#choose({ ground: one })]),
        )}
        ${this.#number('Width', width, WIDTHS[unit], (value) => this.#choose({ width: value }))}
        ${segments(
          'Unit',
          (['mm', 'px'] as const).map((one) => [
            one,
            one === unit,
            () => (one === unit ? undefined : this.#choose(converted(choice))),
          ]),
        )}
        ${this.#number('dpi', dpi, DPIS, (value) => this.#choose({ dpi: value }))}
        ${check('Caption', choice.caption, (caption) => this.#choose({ caption }))}
        ${below(false).legend.length > 0 ? check('Legend', choice.legend, (legend) => this.#choose({ legend })) : nothing}
      </div>
      <p class="hint">
        ${width} × ${tall} ${unit}; as PNG ${pixels} × ${high} pixels. SVG and PDF are drawn in lines and
        letters, and stay sharp.
      </p>
      <div class="figure-files">
        <button type="button" @click=${() => void this.#make(files.copy)}>Copy</button>
        <button type="button" @click=${() => void this.#make(files.png)}>PNG</button>
        <button type="button" @click=${() => void this.#make(files.svg)}>SVG</button>
        ${
          prints
            ? html`<button
                type="button"
                title="Opens the browser’s print dialog: choose to save as PDF"
                @click=${() => void this.#make(printed)}
              >
                PDF…
              </button>`
            : nothing
        }
        <span role="status">${this.#said}</span>
      </div>
      ${this.#failure === undefined ? nothing : html`<p class="refused" role="alert">${this.#failure}</p>`}`;
  }
}
