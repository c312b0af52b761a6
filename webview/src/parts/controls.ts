import { html, nothing, type TemplateResult } from 'lit';
import { headRgb, hex, type Rgb } from '../colors.ts';
import { ATTENTION_NAMES, hasSeveral, headsOf, layersIn, readsPair, type Inspection } from '../inspection.ts';
import { check, choice, segments, type Choose } from './fields.ts';
import { chosen, folded } from './fold.ts';
import { hasDifference } from '../models.ts';
import { whyControls } from './whyControls.ts';
import { RAMP_NAMES, takesDarkText } from '../ramps.ts';
import {
  attending,
  MEASURE_NAMES,
  measureOf,
  MEASURES,
  ORDERS,
  PAIR_FILTERS,
  RAMPS,
  ZOOMS,
  type Change,
  type Order,
  type PairFilter,
  type State,
  type Store,
} from '../state.ts';

const FILTER_NAMES: Readonly<Record<PairFilter, string>> = {
  all: 'All',
  aa: 'A → A',
  ab: 'A → B',
  ba: 'B → A',
  bb: 'B → B',
};

const ORDER_NAMES: Readonly<Record<Order, string>> = {
  layers: 'By layer and head',
  pattern: 'By pattern',
  narrow: 'Most focused first',
  broad: 'Most diffuse first',
  pair: 'By a pair of words',
};

/**
 * The controls of the current view.
 *
 * @param live whether there is a server, which measures
 */
export function controls(inspection: Inspection, state: State, store: Store, live: boolean): TemplateResult {
  const { view } = state;
  if (view === 'why') {
    return whyControls(inspection, state, (change) => store.update(change));
  }
  const set = (change: Change) => store.update(change);
  const whole = view === 'model' || (view === 'heatmap' && state.gallery);
  return folded(
    chosen(state),
    html`<div class="controls">
      ${whole ? nothing : layers(inspection, state, set)}
      ${view === 'model' ? someLayers(inspection, state, set) : nothing}
      ${view === 'head' ? someHeads(inspection, state, store, 'heads') : nothing}
      ${view === 'model' ? someHeads(inspection, state, store, 'columns') : nothing}
      ${view === 'neuron' || (view === 'heatmap' && !whole) ? oneHead(inspection, state, set) : nothing}
      <div class="options">
        ${hasSeveral(inspection) ? attention(inspection, state, set) : nothing} ${own(state, set)}
        ${live ? measure(state, set) : nothing}
      </div>
      ${explained(state)}
    </div>`,
  );
}

function layers(inspection: Inspection, state: State, set: Choose): TemplateResult {
  return html`<fieldset class="layers">
    <legend>Layer</legend>
    ${layersIn(inspection, state.attention).map((layer) => radio('Layer', layer, state.layer, () => set({ layer })))}
  </fieldset>`;
}

function oneHead(inspection: Inspection, state: State, set: Choose): TemplateResult {
  return html`<fieldset class="layers">
    <legend>Head</legend>
    ${headsOf(inspection).map((head) => radio('Head', head, state.head, () => set({ head })))}
  </fieldset>`;
}

function radio(what: string, value: number, chosen: number, choose: () => void): TemplateResult {
  return html`<label class="layer ${value === chosen ? 'on' : ''}">
    <input
      type="radio"
      name=${what}
      .checked=${value === chosen}
      aria-label="${what} ${value + 1}"
      @change=${choose}
    />${value + 1}
  </label>`;
}

function toggled(chosen: ReadonlySet<number>, one: number): ReadonlySet<number> {
  const changed = new Set(chosen);
  if (!changed.delete(one)) {
    changed.add(one);
  }
  return changed;
}

/** Only this one, or all if it is already the only one. */
const isolated = (chosen: ReadonlySet<number>, one: number, all: readonly number[]) =>
  new Set(chosen.size === 1 && chosen.has(one) ? all : [one]);

/** A square that a click toggles. A double click or Shift+Enter shows it alone, or shows all again. */
function square(
  name: string,
  number: number,
  on: boolean,
  color: Rgb | undefined,
  toggle: () => void,
  isolate: () => void,
): TemplateResult {
  return html`<button
    type="button"
    class="head ${color ? '' : 'plain'}"
    role="checkbox"
    aria-checked=${on}
    aria-label="${name} ${number}"
    title="${name} ${number}: click to show or hide, double-click to show alone"
    .style=${color ? `--head-color: ${hex(color)}; --head-ink: ${takesDarkText(color) ? '#14171c' : '#fff'}` : ''}
    @click=${toggle}
    @dblclick=${isolate}
    @keydown=${(event: KeyboardEvent) => {
      if (event.key === 'Enter' && event.shiftKey) {
        event.preventDefault();
        isolate();
      }
    }}
  >
    ${number}
  </button>`;
}

/** The heads of a view, from the part of the state that holds its selection. */
function someHeads(
  inspection: Inspection,
  state: State,
  store: Store,
  key: 'heads' | 'columns',
): TemplateResult {
  const all = headsOf(inspection);
  return html`<fieldset class="heads">
    <legend>Heads</legend>
    ${all.map((head) =>
      square(
        'Head',
        head + 1,
        state[key].has(head),
        headRgb(head, inspection.heads, state.dark),
        () => store.update({ [key]: toggled(store.state[key], head) }),
        () => store.update({ [key]: isolated(store.state[key], head, all) }),
      ),
    )}
  </fieldset>`;
}

function someLayers(inspection: Inspection, state: State, set: Choose): TemplateResult {
  const all = layersIn(inspection, state.attention);
  return html`<fieldset class="heads">
    <legend>Layers</legend>
    ${all.map((layer) =>
      square(
        'Layer',
        layer + 1,
        state.layers.has(layer),
        undefined,
        () => set({ layers: toggled(state.layers, layer) }),
        () => set({ layers: isolated(state.layers, layer, all) }),
      ),
    )}
  </fieldset>`;
}

/** Selects the attention of a model with several. */
function attention({ attentions }: Inspection, state: State, set: Choose): TemplateResult {
  return segments(
    'Attention',
    attentions.map(({ kind }) => [
      ATTENTION_NAMES[kind],
      kind === state.attention,
      () => set(attending(state, kind)),
    ]),
  );
}

function measure(state: State, set: Choose): TemplateResult {
  const shown = measureOf(state);
  return choice(
    'Measure',
    MEASURES,
    MEASURE_NAMES,
    shown,
    (measure) => set({ measure }),
    shown !== state.measure,
  );
}

/** What the numbers are, if they are no weights. */
function explained(state: State): TemplateResult | typeof nothing {
  switch (measureOf(state)) {
    case 'weight':
      return nothing;
    case 'norm':
      return html`<p class="measure">
        Norm: the length ‖α·f(x)‖ of what a head adds from a token, as a share of the largest in the layer.
        Rows don’t sum to 1.
      </p>`;
    case 'rollout':
      return html`<p class="measure">
        Rollout: attention followed from layer to layer, up to this one, half of it through the residual
        connection. The same for all heads of a layer.
      </p>`;
  }
}

/** Controls that only the current view has. */
function own(state: State, set: Choose): TemplateResult {
  switch (state.view) {
    case 'head':
      return html`${segments('Layout', [
        ['Columns', !state.arcs, () => set({ arcs: false })],
        ['Arcs', state.arcs, () => set({ arcs: true, incoming: state.focus?.side === 'key' })],
      ])}
      ${
        state.arcs
          ? segments('Direction', [
              ['Looks at', !state.incoming, () => set({ incoming: false, focus: undefined })],
              ['Is looked at by', state.incoming, () => set({ incoming: true, focus: undefined })],
            ])
          : nothing
      }`;
    case 'model':
      return html`${segments('Thumbnails', [
        ['Lines', state.thumbnails === 'lines', () => set({ thumbnails: 'lines' })],
        ['Cells', state.thumbnails === 'cells', () => set({ thumbnails: 'cells' })],
      ])}
      ${choice('Order', ORDERS, ORDER_NAMES, state.order, (order) => set({ order }))} ${pattern(state, set)}`;
    case 'neuron':
      return segments('Show', [
        ['Neurons', state.expanded, () => set({ expanded: true })],
        ['Lines', !state.expanded, () => set({ expanded: false })],
      ]);
    case 'heatmap':
      return html`${segments('Show', [
        ['One head', !state.gallery, () => set({ gallery: false })],
        ['All heads', state.gallery, () => set({ gallery: true })],
      ])}
      ${choice('Colours', RAMPS, RAMP_NAMES, state.ramp, (ramp) => set({ ramp }))}
      ${segments('Scale', [
        [
          state.gallery ? 'To each head’s maximum' : 'To the maximum',
          state.stretched,
          () => set({ stretched: true }),
        ],
        ['To 1', !state.stretched, () => set({ stretched: false })],
      ])}
      ${state.gallery ? nothing : zoom(state, set)}`;
    case 'why':
    case 'corpus':
      return html``;
  }
}

function pattern(state: State, set: Choose): TemplateResult {
  return html`<label class="option"
    >Pattern
    <select
      aria-label="Pattern"
      @change=${(event: Event) => set({ pattern: (event.target as HTMLSelectElement).value || undefined })}
    >
      <option value="" ?selected=${state.pattern === undefined}>All</option>
      ${[...new Set([...state.patterns, ...(state.pattern ? [state.pattern] : [])])].map((name) => html`<option value=${name} ?selected=${state.pattern === name}>${name}</option>`)}
    </select></label
  >`;
}

function zoom(state: State, set: Choose): TemplateResult {
  const at = Math.max(0, ZOOMS.indexOf(state.zoom as (typeof ZOOMS)[number]));
  const step = (to: number, sign: string, name: string) =>
    html`<button
      type="button"
      aria-label=${name}
      ?disabled=${ZOOMS[to] === undefined}
      @click=${() => set({ zoom: ZOOMS[to]! })}
    >
      ${sign}
    </button>`;
  return html`<div class="segments" role="group" aria-label="Size">
    ${step(at - 1, '−', 'Smaller cells')}
    <button type="button" aria-pressed=${state.zoom === 0} @click=${() => set({ zoom: 0 })}>Fit</button>
    ${step(at + 1, '+', 'Larger cells')}
  </div>`;
}

/** Neurons belong to pieces of words, and texts are compared piece by piece. */
const needsPieces = (state: State) =>
  (state.view === 'neuron' && state.expanded) || (state.view === 'model' && hasDifference(state));

/** Controls that all views have but the last. */
export function common(inspection: Inspection, state: State, set: Choose): TemplateResult {
  return html`${
    readsPair(inspection)
      ? choice('Pair', PAIR_FILTERS, FILTER_NAMES, state.filter, (filter) => set({ filter }))
      : nothing
  }
  ${check('Special tokens', state.special, (special) => set({ special }))}
  ${check('Whole words', state.words, (words) => set({ words }), needsPieces(state))}
  ${thresholdSlider(state, set)}`;
}

/** The slider's position is the square root of the weight, as small weights need finer steps. */
function thresholdSlider(state: State, set: Choose): TemplateResult {
  const steps = 40;
  const weight = (step: number) => Math.round((step / steps) ** 2 * 1000) / 1000;
  return html`<label class="option threshold"
    >Minimum ${MEASURE_NAMES[measureOf(state)].toLowerCase()}
    <input
      type="range"
      min="0"
      max=${steps}
      step="1"
      .value=${String(Math.round(Math.sqrt(state.threshold) * steps))}
      aria-valuetext=${state.threshold.toFixed(3)}
      @input=${(event: Event) => set({ threshold: weight(Number((event.target as HTMLInputElement).value)) })}
    />
    <output>${state.threshold.toFixed(3)}</output></label
  >`;
}
