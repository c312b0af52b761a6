import { headColor } from '../../colors.ts';
import { headsOf, type Inspection } from '../../inspection.ts';
import type { LineChoice, Weights } from '../../marks/lines.ts';
import type { Picture, Theme } from '../../marks/surface.ts';
import { exactWeights, gathered, unitWith, type Shown } from '../../shown.ts';
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

/** Attention as something between tokens: loads weights and follows the focus; subclasses draw. */
export abstract class AttentionPanel {
  readonly element = document.createElement('div');
  protected readonly context: ViewContext;
  protected readonly readout = document.createElement('output');
  protected state!: State;
  protected shown!: Shown;
  protected choice!: HeadChoice;
  protected weights: Weights | undefined;
  readonly #choose: (state: State) => HeadChoice;
  readonly #latest: Latest;
  readonly #onExact: (exact: Exact | undefined) => void;
  #exact: Exact | undefined;
  /** The last request. */
  #wanted: { readonly inspection: Inspection; readonly what: string } | undefined;
  #bytes: Uint8Array | undefined;

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
    const loaded = await this.#latest.run(this.choice.load, (bytes) => {
      this.element.classList.remove('loading');
      this.#bytes = bytes;
      this.#gather();
    });
    if (loaded === 'failed') {
      this.#wanted = undefined; // so that it is requested again
    }
  }

  #gather(): void {
    if (this.#bytes) {
      const { queries, keys } = this.shown;
      const bytes = gathered(this.#bytes, this.shown);
      this.weights = { bytes, queries: queries.length, keys: keys.length };
      this.#redraw();
      settled(this.element, `layer-${this.choice.layer + 1}`);
    }
  }

  #redraw(): void {
    if (this.weights && this.element.isConnected) {
      this.drawAll(this.weights);
      this.#redrawFocus();
    }
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
    const strongest = means
      .map((weight, token) => ({ weight, token }))
      .sort((a, b) => b.weight - a.weight)
      .slice(0, 5)
      .filter(({ weight }) => weight >= LEAST_WRITTEN)
      .map(({ weight, token }) => `“${others[token]!.name}” ${weight.toFixed(3)}`);
    const verb = focus.side === 'query' ? 'looks at' : 'is looked at by';
    const whose = heads.length === 1 ? `Head ${heads[0]! + 1}` : `mean of ${heads.length} heads`;
    const name = own[unitWith(own, focus.token)]?.name;
    return `Layer ${layer + 1} · ${whose}: “${name}” ${verb} ${strongest.join(', ') || 'nothing that is shown'}`;
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

  /** Pins a token until it is clicked again. */
  protected pin(side: Focus['side'], token: number): void {
    const { focus } = this.state;
    const again = focus?.pinned === true && focus.side === side && focus.token === token;
    this.context.store.update({ focus: again ? undefined : { side, token, pinned: true } });
  }

  protected leave(): void {
    if (this.state.focus && !this.state.focus.pinned) {
      this.context.store.update({ focus: undefined });
    }
  }
}
