import { headColor } from '../../colors.ts';
import { attentionOf, headsOf, sightOf, type Inspection } from '../../inspection.ts';
import { drawnFrom, lineStyle, type LineChoice, type Weights } from '../../marks/lines.ts';
import type { Picture, Theme } from '../../marks/surface.ts';
import { isEven, placeOf } from '../../overview.ts';
import { exactWeights, gathered, sightBetween, unitWith, type Shown } from '../../shown.ts';
import type { Overview } from '../../source.ts';
import { measureOf, titlePrefix, type Focus, type State } from '../../state.ts';
import { whenResized } from './canvas.ts';
import { LEAST_WRITTEN } from './tokens.ts';
import { anyOf, Latest, settled, type ViewContext } from './view.ts';

/** Parts of the state that may reveal a panel that was hidden while others changed. */
const REVEALING = ['view', 'arcs', 'detail', 'expanded', 'other'] as const;

/** Which heads a panel draws, and where it gets their weights from. */
export interface HeadChoice {
  readonly layer: number;
  /** The heads that are drawn. */
  readonly heads: readonly number[];
  /** The heads that `load` returns, in order. */
  readonly loaded: readonly number[];
  /** 255 · weight, rounded, [head][query][key]. */
  readonly load: () => Promise<Uint8Array> | undefined;
}

/** Exact weights of the token that is pointed at, of every head: [head][token at the other side]. */
export interface Exact {
  readonly focus: Focus;
  readonly weights: Float32Array;
  /** Mean over the heads that are drawn, for each token at the other side. */
  readonly means: readonly number[];
}

/** The rest of a row that doesn't sum to 1, since some of what is looked at is hidden. */
function hiddenShare(row: ArrayLike<number>): string {
  let rest = 1;
  for (let i = 0; i < row.length; i++) {
    rest -= row[i]!;
  }
  return rest >= 0.005 ? `; ${rest.toFixed(3)} goes to hidden tokens` : '';
}

/** Attention as something between tokens: loads weights and follows the focus; subclasses draw. */
export abstract class AttentionPanel {
  readonly element = document.createElement('div');
  protected readonly context: ViewContext;
  protected readonly readout = document.createElement('output');
  protected state!: State;
  protected shown!: Shown;
  protected choice!: HeadChoice;
  protected weights: Weights | undefined;
  /** What of the attention is drawn. */
  protected readonly note = document.createElement('p');
  /** What stands beside the picture if there is room, else below it. */
  readonly beside = document.createElement('div');
  readonly #choose: (state: State) => HeadChoice;
  readonly #latest: Latest;
  readonly #onExact: (exact: Exact | undefined) => void;
  #exact: Exact | undefined;
  /** The last request. */
  #wanted: { readonly inspection: Inspection; readonly what: string } | undefined;
  #bytes: Uint8Array | undefined;
  #even: ReadonlySet<number> = new Set();

  constructor(
    context: ViewContext,
    choose: (state: State) => HeadChoice,
    onExact: (exact: Exact | undefined) => void = () => {},
  ) {
    this.context = context;
    this.#choose = choose;
    this.#latest = new Latest(context.store);
    this.#onExact = onExact;
    this.element.addEventListener('pointerleave', () => this.leave());
    this.beside.className = 'beside';
    this.beside.append(this.note, this.readout);
    this.note.className = 'hint drawn-from';
    this.readout.className = 'readout';
    this.readout.setAttribute('aria-live', 'polite');
    whenResized(this.element, () => this.#redraw());
    document.addEventListener('scroll', () => this.#scrolled(), { capture: true, passive: true });
  }

  /** Lays the tokens out again. */
  protected abstract layOut(): void;
  /** Draws all lines; no token is pointed at. */
  protected abstract drawAll(weights: Weights): void;
  /** Draws the lines of one token. */
  protected abstract drawFocus(weights: Weights, choice: LineChoice): void;
  /** Whether something has scrolled into view that is not drawn. */
  protected abstract outOfView(): boolean;
  /** Writes exact weights beside the tokens; undefined if no token is pointed at. */
  protected abstract write(exact: Exact | undefined): void;
  abstract picture(theme: Theme): Picture | undefined;

  show(state: State, changed: ReadonlySet<keyof State>): void {
    this.state = state;
    const shown = this.context.shown(state);
    const choice = this.#choose(state);
    const what = `${state.attention} ${measureOf(state)} ${choice.layer} ${choice.loaded.join(' ')}`;
    const wanted = { inspection: state.inspection!, what };
    const laidOut = shown === this.shown;
    const known = wanted.inspection === this.#wanted?.inspection && wanted.what === this.#wanted.what;
    this.choice = choice;
    this.shown = shown;
    if (!laidOut) {
      this.layOut();
    }
    if (!known) {
      this.#wanted = wanted;
      void this.#load();
    } else if (!laidOut) {
      this.#gather();
    } else if (anyOf(changed, 'heads', 'head', 'theme', 'threshold', 'layer', ...REVEALING)) {
      this.#redraw();
    } else if (anyOf(changed, 'focus', 'incoming')) {
      this.#redrawFocus();
    }
  }

  async #load(): Promise<void> {
    this.#bytes = undefined;
    this.weights = undefined;
    this.#tell(undefined);
    this.element.classList.add('loading');
    delete this.element.dataset['drawn'];
    const { load, layer, loaded: heads } = this.choice;
    this.#even = new Set();
    const wanted = this.#wanted;
    const overview = this.context
      .source()
      ?.overview()
      .catch(() => undefined);
    const loaded = await this.#latest.run(load, (bytes) => {
      this.element.classList.remove('loading');
      this.#bytes = bytes;
      this.#gather();
    });
    if (loaded === 'failed') {
      this.#wanted = undefined; // so that it is requested again
    }
    const even = this.#evenIn(await overview, layer, heads); // lines don't wait for it
    if (even.size > 0 && wanted === this.#wanted) {
      this.#even = even;
      this.#gather();
    }
  }

  /** The heads that weigh everything alike, as places in what was loaded. */
  #evenIn(overview: Overview | undefined, layer: number, heads: readonly number[]): ReadonlySet<number> {
    const { inspection, attention } = this.state;
    const even = (head: number) => isEven(overview!, placeOf(inspection!, attention, layer, head));
    return new Set(overview ? heads.flatMap((head, place) => (even(head) ? [place] : [])) : []);
  }

  #gather(): void {
    if (this.#bytes) {
      const { queries, keys } = this.shown;
      const bytes = gathered(this.#bytes, this.shown);
      const sight = sightOf(attentionOf(this.state.inspection!, this.state.attention), this.choice.layer);
      const sees = sightBetween(sight, queries, keys);
      this.weights = { bytes, queries: queries.length, keys: keys.length, even: this.#even, sees };
      this.#redraw();
      settled(this.element, `layer-${this.choice.layer + 1}`);
    }
  }

  #redraw(): void {
    if (this.weights && this.element.isConnected) {
      this.drawAll(this.weights);
      this.note.textContent = this.#notice(this.weights);
      this.#redrawFocus();
    }
  }

  /** What isn't drawn, and what is drawn as more than it is. */
  #notice(weights: Weights): string {
    const places = this.places();
    if (places.length === 0) {
      return 'No head is shown: choose one above.';
    }
    const from = drawnFrom(lineStyle(this.colors(), weights, places, undefined, this.state.threshold));
    const even = this.choice.heads.filter((_, i) => weights.even?.has(places[i]!)).map((head) => head + 1);
    const alike =
      even.length === 0
        ? ''
        : even.length === 1
          ? ` Head ${even[0]} looks at everything alike: its lines are a sample.`
          : ` Heads ${even.join(', ')} look at everything alike: their lines are a sample.`;
    return `Lines are drawn from weight ${from.toFixed(3)} on.${alike}`;
  }

  /** Draws what has scrolled into view. */
  #scrolled(): void {
    if (this.weights && this.element.isConnected && this.outOfView()) {
      this.drawAll(this.weights);
      const choice = this.lineChoice();
      if (choice) {
        this.drawFocus(this.weights, choice);
        this.write(this.#exact);
      }
    }
  }

  #redrawFocus(): void {
    const { focus } = this.state;
    const choice = this.lineChoice();
    this.element.classList.toggle('focused', choice !== undefined);
    if (!this.weights || !focus || !choice) {
      this.#tell(undefined);
      return;
    }
    void this.#ask(focus, choice); // first, so that the server answers while lines are drawn
    this.drawFocus(this.weights, choice);
  }

  async #ask(focus: Focus, choice: LineChoice): Promise<void> {
    const { layer } = this.choice;
    const { shown } = this;
    const source = this.context.source();
    const unit = (choice.side === 'query' ? this.shown.queries : this.shown.keys)[choice.index]!;
    const weights =
      source && (await exactWeights(source, layer, choice.side, unit, this.shown).catch(() => undefined));
    if (this.state.focus === focus && this.choice.layer === layer && this.shown === shown) {
      this.#tell(weights && { focus, weights, means: this.#means(weights, choice) });
    }
  }

  #tell(exact: Exact | undefined): void {
    this.#exact = exact;
    this.write(exact);
    this.readout.textContent = exact ? this.#sentence(exact) : '';
    if (exact) {
      this.readout.dataset['token'] = String(exact.focus.token); // the token whose weights are shown
    } else {
      delete this.readout.dataset['token'];
    }
    this.#onExact(exact);
  }

  #means(weights: Float32Array, choice: LineChoice): number[] {
    const others = choice.side === 'query' ? this.shown.keys : this.shown.queries;
    const places = this.placesOfAll();
    return others.map((_, token) => {
      const sum = places.reduce((total, place) => total + weights[place * others.length + token]!, 0);
      return places.length > 0 ? sum / places.length : 0;
    });
  }

  #sentence({ focus, means }: Exact): string {
    const { layer, heads } = this.choice;
    const { queries, keys } = this.shown;
    const [own, others] = focus.side === 'query' ? [queries, keys] : [keys, queries];
    const pair = this.otherChoice();
    const strongest = means
      .map((weight, token) => ({ weight, token }))
      .sort((a, b) => Number(b.token === pair) - Number(a.token === pair) || b.weight - a.weight)
      .slice(0, 5)
      .filter(({ weight, token }) => weight >= LEAST_WRITTEN || token === pair)
      .map(({ weight, token }) => `${others[token]!.quoted} ${weight.toFixed(3)}`);
    const verb = focus.side === 'query' ? 'looks at' : 'is looked at by';
    const whose = heads.length === 1 ? `Head ${heads[0]! + 1}` : `mean of ${heads.length} heads`;
    const name = own[unitWith(own, focus.token)]?.quoted;
    const rest =
      focus.side === 'query' && measureOf(this.state) === 'weight' && heads.length > 0
        ? hiddenShare(means)
        : '';
    return `Layer ${layer + 1} · ${whose}: ${name} ${verb} ${strongest.join(', ') || 'nothing that is shown'}${rest}`;
  }

  /** Exact weights of the token that is pointed at. */
  protected get exact(): Exact | undefined {
    return this.#exact;
  }

  /** The title of an exported image. */
  protected title(): string {
    const heads = this.choice.heads.map((head) => head + 1);
    return `${titlePrefix(this.state)}Layer ${this.choice.layer + 1} · ${heads.length === 1 ? 'Head' : 'Heads'} ${heads.join(', ')}`;
  }

  /** Whose lines are drawn, as a place among the units shown; undefined if all are. */
  protected lineChoice(): LineChoice | undefined {
    const { focus } = this.state;
    const units = focus?.side === 'key' ? this.shown.keys : this.shown.queries;
    const index = focus ? unitWith(units, focus.token) : -1;
    return focus && index >= 0 ? { side: focus.side, index } : undefined;
  }

  /** The word at the other side of a pinned pair, as a place among the units shown there. */
  protected otherChoice(): number | undefined {
    const { focus } = this.state;
    const units = focus?.side === 'key' ? this.shown.queries : this.shown.keys;
    const index = focus?.pinned && focus.other !== undefined ? unitWith(units, focus.other) : -1;
    return index >= 0 ? index : undefined;
  }

  /** The heads that are drawn, as places in what was loaded. */
  protected places(): number[] {
    return this.choice.heads.map((head) => this.choice.loaded.indexOf(head)).filter((place) => place >= 0);
  }

  /** The heads that are drawn, as places in arrays of all heads. */
  protected placesOfAll(): number[] {
    const all = headsOf(this.state.inspection!);
    return this.choice.heads.map((head) => all.indexOf(head));
  }

  protected colors(dark = this.state.dark): string[] {
    return this.choice.heads.map((head) => headColor(head, this.state.inspection!.heads, dark));
  }

  /** Points at a token until the pointer leaves it; does nothing if one is pinned. */
  protected enter(side: Focus['side'], token: number): void {
    const { focus } = this.state;
    const pinned = focus?.pinned && this.lineChoice() !== undefined; // a hidden token cannot be pinned
    if (!pinned && !(focus?.side === side && focus.token === token)) {
      this.context.store.update({ focus: { side, token, pinned: false } });
    }
  }

  /**
   * Pins a token until it is clicked again.
   *
   * @param too together with the token that is pinned at the other side
   */
  protected pin(side: Focus['side'], token: number, too = false): void {
    const { focus } = this.state;
    if (too && focus?.pinned && focus.side !== side) {
      const { other, ...alone } = focus;
      this.context.store.update({ focus: other === token ? alone : { ...alone, other: token } });
      return;
    }
    const again = focus?.pinned === true && focus.side === side && focus.token === token;
    this.context.store.update({ focus: again ? undefined : { side, token, pinned: true } });
  }

  protected leave(): void {
    if (this.state.focus && !this.state.focus.pinned) {
      this.context.store.update({ focus: undefined });
    }
  }
}
