import { render } from 'lit';
import { headsOf } from '../../inspection.ts';
import type { Picture, Theme } from '../../marks/surface.ts';
import { headBars, type HeadBar } from './headBars.ts';
import type { State } from '../../state.ts';
import { ArcsPanel } from './arcsPanel.ts';
import { LinesPanel } from '../shared/linesPanel.ts';
import type { AttentionPanel, Exact, HeadChoice } from '../shared/panel.ts';
import type { View, ViewContext, ViewKind } from '../shared/view.ts';
import { headColor } from '../../colors.ts';

/**
 * The head view (after Vig 2019, "A Multiscale Visualization of Attention in the Transformer Model"): which tokens attend
 * to which, in some heads of a layer; as lines between two columns, or as arcs over the sentence.
 */
class HeadView implements View {
  readonly element = document.createElement('section');
  readonly #context: ViewContext;
  readonly #panels: { readonly lines: AttentionPanel; readonly arcs: AttentionPanel };
  readonly #bars = document.createElement('div');
  #panel: AttentionPanel | undefined;
  #state!: State;

  constructor(context: ViewContext) {
    this.#context = context;
    const choose = (state: State): HeadChoice => {
      const loaded = headsOf(state.inspection!);
      const heads = loaded.filter((head) => state.heads.has(head));
      return { layer: state.layer, heads, loaded, load: () => context.source()?.layer(state.layer) };
    };
    const onExact = (exact: Exact | undefined) => this.#drawBars(exact);
    this.#panels = {
      lines: new LinesPanel(context, choose, onExact),
      arcs: new ArcsPanel(context, choose, onExact),
    };
    this.#bars.className = 'bars';
    this.element.className = 'head-view';
  }

  show(state: State, changed: ReadonlySet<keyof State>): void {
    this.#state = state;
    const panel = state.arcs ? this.#panels.arcs : this.#panels.lines;
    if (panel !== this.#panel) {
      this.#panel = panel;
      panel.beside.append(this.#bars);
      this.element.replaceChildren(panel.element);
    }
    panel.show(state, changed);
  }

  picture(theme: Theme): Picture | undefined {
    return this.#panel?.picture(theme);
  }

  /** A bar for each head: its attention from or to the focused token. */
  #drawBars(exact: Exact | undefined): void {
    const { inspection, heads, dark } = this.#state;
    const shown = this.#context.shown(this.#state);
    const bars: HeadBar[] = [];
    if (exact) {
      const others = exact.focus.side === 'query' ? shown.keys : shown.queries;
      headsOf(inspection!).forEach((head, place) => {
        if (heads.has(head)) {
          const weights = exact.weights.subarray(place * others.length, (place + 1) * others.length);
          const color = headColor(head, inspection!.heads, dark);
          bars.push({ head, color, weights, names: others.map((unit) => unit.name) });
        }
      });
    }
    render(headBars(bars, exact?.focus.side ?? 'query'), this.#bars);
  }
}

export const head: ViewKind = { id: 'head', title: 'Head', create: (context) => new HeadView(context) };
