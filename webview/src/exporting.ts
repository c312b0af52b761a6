import type { TemplateResult } from 'lit';
import { GONE } from './api.ts';
import type { Below } from './figure.ts';
import { figureFiles } from './figureFiles.ts';
import { isFramed } from './framed.ts';
import type { Picture, Theme } from './marks/surface.ts';
import { exportMenu } from './parts/exportMenu.ts';
import { aboutPicture, belowFigure } from './parts/figureBelow.ts';
import { FigureDialog } from './parts/figureDialog.ts';
import { download, fileName, png, scopeText, shownUrl, svgFile } from './save.ts';
import { sentenceOf } from './source.ts';
import type { State, Store } from './state.ts';
import { themeOf } from './views/shared/canvas.ts';

/** The server's files of what is shown. */
const NAMES = {
  html: 'attention.html',
  json: 'attention.json',
  safetensors: 'attention.safetensors',
  zip: 'attention.zip',
} as const;

/** Makes files of what is shown: pictures and figures here, arrays and pages on the server. */
export class Exporting {
  readonly #root: HTMLElement;
  readonly #store: Store;
  readonly #drawn: (theme: Theme) => Picture | undefined;
  readonly #hasServer: boolean;
  #figures: FigureDialog | undefined;

  /**
   * @param root the page, for its font and colours
   * @param drawn the view that is shown, as a picture; undefined while it is empty
   * @param hasServer whether there is a server to make files
   */
  constructor(
    root: HTMLElement,
    store: Store,
    drawn: (theme: Theme) => Picture | undefined,
    hasServer: boolean,
  ) {
    this.#root = root;
    this.#store = store;
    this.#drawn = drawn;
    this.#hasServer = hasServer;
  }

  menu(state: State): TemplateResult {
    return exportMenu({
      scope: scopeText(state),
      picture: (kind) => void this.#save(kind),
      figure: () => this.#openFigure(),
      ...(this.#hasServer &&
        state.view !== 'corpus' && {
          fromServer: (kind: keyof typeof NAMES, all: boolean) => {
            const now = this.#store.state; // a pin since doesn't draw this menu again
            if (now.connected) {
              download(shownUrl(now, NAMES[kind], all), '');
            } else {
              this.#store.update({ failure: GONE });
            }
          },
        }),
    });
  }

  #openFigure(): void {
    this.#figures ??= new FigureDialog();
    this.#figures.open({
      picture: (theme) => this.#picture(theme),
      below: (dark) => this.#below(dark),
      font: getComputedStyle(this.#root).fontFamily,
      files: figureFiles(this.#store.state.view),
      prints: !isFramed(),
    });
  }

  /** What is shown, with a description for its file. */
  #picture(theme: Theme): Picture | undefined {
    const picture = this.#drawn(theme);
    return picture && { ...picture, about: picture.about ?? aboutPicture(this.#store.state) };
  }

  /** What may stand below a figure of the view. */
  #below(dark: boolean): Below {
    const { state } = this.#store;
    const about = state.view === 'corpus' ? this.#drawn(themeOf(this.#root, dark))?.about : undefined;
    return about === undefined ? belowFigure(state, dark) : { caption: [about], legend: [] };
  }

  async #save(kind: 'png' | 'svg'): Promise<void> {
    const { state } = this.#store;
    const picture = this.#picture(themeOf(this.#root, state.dark));
    if (!picture) {
      return;
    }
    try {
      download(kind === 'png' ? await png(picture) : svgFile(picture), fileName(picture, state.view, kind));
    } catch (cause) {
      this.#store.update({ failure: sentenceOf(cause) });
    }
  }
}
