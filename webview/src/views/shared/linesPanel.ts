import { readsPair } from '../../inspection.ts';
import { drawBoundary } from '../../marks/boundary.ts';
import { drawRowLabels } from '../../marks/labels.ts';
import { drawLines, type LineChoice, type Weights } from '../../marks/lines.ts';
import { type Picture, type Surface, type Theme, onGround } from '../../marks/surface.ts';
import { drawTints, TINT_WIDTH } from '../../marks/tints.ts';
import { secondFrom, unitWith, type Unit } from '../../shown.ts';
import type { Focus, State } from '../../state.ts';
import { covers, sized, strokeInto, windowOn, type Part } from './canvas.ts';
import { AttentionPanel, type Exact, type HeadChoice } from './panel.ts';
import { LEAST_WRITTEN, TokenList, type Sign } from './tokens.ts';
import type { ViewContext } from './view.ts';

/** Rows are closer together if there are many. */
const rowHeightFor = (tokens: number) => (tokens <= 48 ? 26 : tokens <= 160 ? 20 : 16);

type Side = Focus['side'];

/** One head of a layer, from its exact weights. */
export const oneHead =
  (context: ViewContext) =>
  ({ layer, head }: State): HeadChoice => ({
    layer,
    heads: [head],
    loaded: [head],
    load: async () => {
      const exact = await context.source()?.head(layer, head);
      return Uint8Array.from(exact ?? [], (weight) => Math.round(255 * weight));
    },
  });

/** The tokens in two columns, with lines from queries to keys. */
export class LinesPanel extends AttentionPanel {
  readonly #lists: Record<Side, TokenList>;
  readonly #tints: Record<Side, HTMLCanvasElement>;
  readonly #lines = document.createElement('div');
  readonly #all = canvas('all');
  readonly #chosen = canvas('chosen');
  #rowHeight = rowHeightFor(0);
  /** The part of the lines that is drawn. */
  #part: Part = { left: 0, top: 0, width: 0, height: 0 };

  constructor(
    context: ViewContext,
    choose: (state: State) => HeadChoice,
    onExact?: (exact: Exact | undefined) => void,
    sign?: Sign,
  ) {
    super(context, choose, onExact);
    const list = (side: Side, name: string) =>
      new TokenList(name, 'tokens', {
        enter: (index) => this.enter(side, this.#units(side)[index]!.tokens[0]!),
        pin: (index, too) => this.pin(side, this.#units(side)[index]!.tokens[0]!, too),
        beside: (key) => this.#lists[key === 'ArrowLeft' ? 'query' : 'key'],
        ...(sign &&
          side === 'query' && {
            sign: { ...sign, act: (index: number) => sign.act(this.#units(side)[index]!.tokens[0]!) },
          }),
      });
    this.#lists = { query: list('query', 'Queries'), key: list('key', 'Keys') };
    this.#tints = { query: canvas('tints'), key: canvas('tints') };
    this.#lines.className = 'lines';
    this.#lines.append(this.#all, this.#chosen);
    const columns = document.createElement('div');
    columns.className = 'columns';
    columns.append(this.#column('query'), this.#lines, this.#column('key'));
    this.element.className = 'lines-panel';
    this.element.append(columns, this.beside);
  }

  #column(side: Side): HTMLElement {
    const column = document.createElement('div');
    column.className = `column ${side}`;
    column.append(this.#tints[side], this.#lists[side].element);
    return column;
  }

  protected layOut(): void {
    const { queries, keys } = this.shown;
    this.#rowHeight = rowHeightFor(Math.max(queries.length, keys.length));
    this.element.style.setProperty('--row-height', `${this.#rowHeight}px`);
    this.#lists.query.show(queries);
    this.#lists.key.show(keys);
  }

  protected drawAll(weights: Weights): void {
    this.element.style.setProperty('--tints', `${this.choice.heads.length * TINT_WIDTH + 2}px`);
    this.#lines.style.height = `${this.#height()}px`;
    this.#part = windowOn(this.#lines, this.#lines.clientWidth, this.#height());
    this.#stroke(this.#all, weights, undefined);
  }

  protected drawFocus(weights: Weights, choice: LineChoice): void {
    this.#stroke(this.#chosen, weights, choice);
  }

  #stroke(into: HTMLCanvasElement, weights: Weights, choice: LineChoice | undefined): void {
    const { threshold } = this.state;
    strokeInto(into, this.#part, (strokes) =>
      drawLines(strokes, this.#space(), this.colors(), weights, this.places(), choice, threshold),
    );
  }

  protected outOfView(): boolean {
    return !covers(this.#part, this.#lines, this.#lines.clientWidth, this.#height());
  }

  protected write(exact: Exact | undefined): void {
    const choice = this.lineChoice();
    for (const side of ['query', 'key'] as const) {
      const own = choice?.side === side;
      this.#lists[side].mark(own ? choice.index : choice && this.otherChoice(), this.state.focus?.pinned);
      this.#lists[side].write(choice && !own ? exact?.means : undefined);
      const tints = this.#tints[side];
      if (exact && choice && !own) {
        this.#drawTints(tints, exact.weights, this.#units(side).length);
      } else if (tints.width > 1) {
        sized(tints, 0, 0);
      }
    }
  }

  /** Tints what is in view. */
  #drawTints(canvas: HTMLCanvasElement, weights: Float32Array, tokens: number): void {
    const { top, height } = this.#part;
    const from = Math.floor(top / this.#rowHeight);
    const to = Math.min(tokens, Math.ceil((top + height) / this.#rowHeight));
    const context = sized(canvas, this.choice.heads.length * TINT_WIDTH, (to - from) * this.#rowHeight);
    canvas.style.top = `${from * this.#rowHeight}px`;
    context.translate(0, -from * this.#rowHeight);
    drawTints(context, this.#rowHeight, this.colors(), weights, tokens, this.placesOfAll(), [from, to]);
  }

  picture(theme: Theme): Picture | undefined {
    const { weights, shown } = this;
    if (!weights) {
      return undefined;
    }
    const [rowHeight, margin, label, lines] = [this.#rowHeight, 24, 150, 360];
    const focus = this.lineChoice();
    const colors = this.colors(theme.dark);
    const { threshold } = this.state;
    const name = this.title();
    const height = margin * 2 + 28 + rowHeight * Math.max(weights.queries, weights.keys);
    const tints = this.exact ? this.choice.heads.length * TINT_WIDTH : 0;
    return onGround(name, margin * 2 + label * 2 + lines + 2 * tints, height, theme, (surface) => {
      surface.translate(tints, 0);
      const style = { color: theme.text, font: theme.font };
      drawRowLabels(surface, [name], 26, margin, label * 2 + lines, 'left', {
        ...style,
        color: theme.muted,
      });
      surface.save();
      surface.translate(margin, margin + 28);
      const names = (units: readonly Unit[]) => units.map((unit) => unit.name);
      drawRowLabels(surface, names(shown.queries), rowHeight, label - 8, label - 8, 'right', style);
      drawRowLabels(surface, names(shown.keys), rowHeight, label + lines + 8, label - 8, 'left', style);
      this.#drawExact(surface, label, lines, theme);
      this.#drawBoundary(surface, label * 2 + lines, theme);
      surface.translate(label, 0);
      drawLines(surface, { width: lines, rowHeight }, colors, weights, this.places(), focus, threshold);
      surface.restore();
    });
  }

  /** The pinned token, and at the other side its weights, with a tint for each head. */
  #drawExact(surface: Surface, label: number, lines: number, theme: Theme): void {
    const [exact, focus] = [this.exact, this.lineChoice()];
    if (!exact || !focus) {
      return;
    }
    const rowHeight = this.#rowHeight;
    const keys = focus.side === 'query';
    const own = keys ? 0 : label + lines;
    surface.fillStyle = theme.text;
    surface.globalAlpha = 0.12;
    surface.fillRect(own, focus.index * rowHeight, label, rowHeight);
    surface.globalAlpha = 1;
    surface.font = `11px ${theme.font}`;
    surface.textBaseline = 'middle';
    surface.textAlign = keys ? 'right' : 'left';
    const edge = keys ? label * 2 + lines : 0;
    exact.means.forEach((mean, row) => {
      if (mean >= LEAST_WRITTEN) {
        surface.fillText(mean.toFixed(3), edge, (row + 0.5) * rowHeight);
      }
    });
    surface.save();
    surface.translate(keys ? edge + 6 : -6 - this.choice.heads.length * TINT_WIDTH, 0);
    drawTints(
      surface,
      rowHeight,
      this.colors(theme.dark),
      exact.weights,
      exact.means.length,
      this.placesOfAll(),
    );
    surface.restore();
  }

  /** A line below the first text of a pair, with the letters of both. */
  #drawBoundary(surface: Surface, width: number, { text: color, font }: Theme): void {
    const [row, other] = [secondFrom(this.shown.queries), secondFrom(this.shown.keys)];
    if (readsPair(this.state.inspection!) && row === other) {
      const framed = { left: 0, top: 0, width, height: this.#height(), side: this.#rowHeight };
      drawBoundary(surface, { row, column: undefined }, framed, { color, font });
    }
  }

  #space() {
    return { width: this.#lines.clientWidth, rowHeight: this.#rowHeight };
  }

  #height(): number {
    return Math.max(this.shown.queries.length, this.shown.keys.length) * this.#rowHeight;
  }

  #units(side: Side): readonly Unit[] {
    return side === 'query' ? this.shown.queries : this.shown.keys;
  }

  /** Moves the keyboard to a token at a side. */
  moveTo(side: Side, token: number): void {
    this.#lists[side].moveTo(unitWith(this.#units(side), token));
  }
}

function canvas(className: string): HTMLCanvasElement {
  const made = document.createElement('canvas');
  made.width = 0;
  made.height = 0;
  made.className = className;
  made.setAttribute('aria-hidden', 'true');
  return made;
}
