import { directionOf } from '../../direction.ts';
import { readsPair } from '../../inspection.ts';
import { drawArcs, type ArcSpace } from '../../marks/arcs.ts';
import type { LineChoice, Weights } from '../../marks/lines.ts';
import { drawBoundary } from '../../marks/boundary.ts';
import { onGround, type Picture, type Surface, type Theme } from '../../marks/surface.ts';
import { secondFrom, unitWith, type Unit } from '../../shown.ts';
import type { Focus, State } from '../../state.ts';
import { covers, strokeInto, windowOn, type Part } from '../shared/canvas.ts';
import { AttentionPanel, type Exact, type HeadChoice } from '../shared/panel.ts';
import { TokenList } from '../shared/tokens.ts';
import type { ViewContext } from '../shared/view.ts';

/** Arcs of a long sentence need more room above it. */
const heightFor = (width: number) => Math.round(Math.min(300, 120 + width / 12));

/** The sentence in one line, with arcs over it from queries to keys. */
export class ArcsPanel extends AttentionPanel {
  readonly #list: TokenList;
  readonly #scroller = document.createElement('div');
  readonly #sentence = document.createElement('div');
  readonly #room = document.createElement('div');
  readonly #canvas = document.createElement('canvas');
  /** What of the arcs is drawn. */
  #part: Part = { left: 0, top: 0, width: 0, height: 0 };
  /** Queries and keys, each once, as they stand in the text. */
  #units: readonly Unit[] = [];
  #middles: readonly number[] = [];
  #revealed = false;

  constructor(
    context: ViewContext,
    choose: (state: State) => HeadChoice,
    onExact?: (exact: Exact | undefined) => void,
  ) {
    super(context, choose, onExact);
    this.#list = new TokenList(
      'Words of the sentence',
      'tokens in-line',
      {
        enter: (index) => this.enter(this.#side(index), this.#units[index]!.tokens[0]!),
        pin: (index, too) => this.#pin(index, too),
      },
      true,
    );
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.#scroller.className = 'scroller';
    this.#sentence.className = 'sentence';
    this.#room.className = 'arcs';
    this.#room.append(this.#canvas);
    this.#sentence.append(this.#room, this.#list.element);
    this.#scroller.append(this.#sentence);
    this.element.className = 'arcs-panel';
    this.element.append(this.#scroller, this.beside);
  }

  /** The side that was chosen, unless the word stands only at the other. */
  #side(index: number): Focus['side'] {
    const unit = this.#units[index]!;
    const wanted = this.state.incoming ? this.shown.keys : this.shown.queries;
    return wanted.includes(unit) === this.state.incoming ? 'key' : 'query';
  }

  /** Pins a word, or as the other of a pair if it stands at that side. */
  #pin(index: number, too: boolean): void {
    const unit = this.#units[index]!;
    const { focus } = this.state;
    const other = focus?.side === 'query' ? 'key' : 'query';
    const there = (other === 'key' ? this.shown.keys : this.shown.queries).includes(unit);
    this.pin(too && focus?.pinned && there ? other : this.#side(index), unit.tokens[0]!, too);
  }

  protected layOut(): void {
    const { queries, keys } = this.shown;
    this.#units = [...new Set([...queries, ...keys])].sort((a, b) => a.tokens[0]! - b.tokens[0]!);
    const direction = directionOf(this.state.inspection!.text);
    this.#scroller.dir = direction;
    this.#list.fromRight = direction === 'rtl';
    this.#list.show(this.#units);
    if (!readsPair(this.state.inspection!)) {
      this.#list.element.classList.remove('of-pair'); // a source and its target
    }
    this.#revealed = false;
  }

  protected drawAll(weights: Weights): void {
    this.#measure();
    this.#reveal();
    if (!this.lineChoice()) {
      this.#draw(weights, undefined);
    }
  }

  protected drawFocus(weights: Weights, choice: LineChoice): void {
    this.#draw(weights, choice);
  }

  /** Brings the word that is pinned into view, once. */
  #reveal(): void {
    const { focus } = this.state;
    if (!this.#revealed && focus?.pinned) {
      const row = this.#list.rows[unitWith(this.#units, focus.token)];
      row?.scrollIntoView({ inline: 'center', block: 'nearest' });
    }
    this.#revealed = true;
  }

  #draw(weights: Weights, choice: LineChoice | undefined): void {
    const space = this.#space();
    const { threshold } = this.state;
    this.#room.style.height = `${space.height}px`;
    this.#part = windowOn(this.#room, this.#room.clientWidth, space.height);
    strokeInto(this.#canvas, this.#part, (strokes) =>
      drawArcs(strokes, space, this.colors(), weights, this.places(), choice, threshold),
    );
  }

  protected outOfView(): boolean {
    return !covers(this.#part, this.#room, this.#room.clientWidth, this.#room.clientHeight);
  }

  protected write(exact: Exact | undefined): void {
    const choice = this.lineChoice();
    const own = choice && (choice.side === 'query' ? this.shown.queries : this.shown.keys)[choice.index];
    const others = choice?.side === 'query' ? this.shown.keys : this.shown.queries;
    const too = others[this.otherChoice() ?? -1];
    this.#list.mark(
      own && this.#units.indexOf(own),
      this.state.focus?.pinned,
      too && this.#units.indexOf(too),
    );
    const places = new Map(others.map((unit, place) => [unit, place]));
    const means = exact?.means;
    this.#list.write(means && this.#units.map((unit) => means[places.get(unit) ?? -1] ?? 0));
    if (!choice && this.weights) {
      this.#draw(this.weights, undefined);
    }
  }

  /** Finds where the words stand. */
  #measure(): void {
    this.#middles = this.#list.rows.map(
      (row) => row.offsetLeft - this.#room.offsetLeft + row.offsetWidth / 2,
    );
  }

  #space(): ArcSpace {
    const at = (units: readonly Unit[]) => units.map((unit) => this.#middles[this.#units.indexOf(unit)]!);
    const height = heightFor(this.#list.element.scrollWidth);
    return { queries: at(this.shown.queries), keys: at(this.shown.keys), height };
  }

  picture(theme: Theme): Picture | undefined {
    const { weights } = this;
    if (!weights) {
      return undefined;
    }
    const space = this.#space();
    const focus = this.lineChoice();
    const [margin, label] = [24, 30];
    const width = margin * 2 + this.#list.element.scrollWidth;
    const height = margin * 2 + label + space.height + 28;
    const name = this.title();
    return onGround(name, width, height, theme, (surface) => {
      surface.save();
      surface.translate(margin, margin);
      surface.textBaseline = 'middle';
      surface.font = `13px ${theme.font}`;
      surface.textAlign = 'left';
      surface.fillStyle = theme.muted;
      surface.fillText(name, 0, 6);
      surface.translate(0, label);
      drawArcs(surface, space, this.colors(theme.dark), weights, this.places(), focus, this.state.threshold);
      surface.textAlign = 'center';
      surface.fillStyle = theme.text;
      this.#units.forEach((unit, i) => surface.fillText(unit.name, this.#middles[i]!, space.height + 14));
      this.#drawBoundary(surface, space.height + 28, theme);
      surface.restore();
    });
  }

  /** A line between the texts of a pair, with the letters of both. */
  #drawBoundary(surface: Surface, height: number, { text: color, font }: Theme): void {
    const second = secondFrom(this.#units);
    if (second === undefined || !readsPair(this.state.inspection!)) {
      return;
    }
    const rows = this.#list.rows;
    const [before, after] = [rows[second - 1]!, rows[second]!];
    const right = before.offsetLeft > after.offsetLeft; // the texts read from right to left
    const [left, end] = right ? [after, before] : [before, after];
    const at = (left.offsetLeft + left.offsetWidth + end.offsetLeft) / 2 - this.#room.offsetLeft;
    const framed = { left: at, top: 0, width: 0, height, side: 0 };
    drawBoundary(
      surface,
      { row: undefined, column: 0 },
      framed,
      { color, font },
      right ? ['B', 'A'] : ['A', 'B'],
    );
  }

  /** Moves the keyboard to a token. */
  moveTo(token: number): void {
    this.#list.moveTo(unitWith(this.#units, token));
  }
}
