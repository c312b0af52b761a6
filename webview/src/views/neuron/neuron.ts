import { html, render } from 'lit';
import { headColor } from '../../colors.ts';
import {
  attentionOf,
  hasVectors,
  headsOf,
  lengthOf,
  type Attention,
  type Inspection,
} from '../../inspection.ts';
import { drawNeurons, type NeuronStyle } from '../../marks/neurons.ts';
import type { Picture, Surface, Theme } from '../../marks/surface.ts';
import { neuronSpace, neuronsOf, type Neurons, type NeuronSpace, type Step } from '../../neurons.ts';
import { isCappedOnly, partsOf, type PartId } from '../../scores.ts';
import { signedRamp } from '../../ramps.ts';
import { shownOf, unitWith, type Shown } from '../../shown.ts';
import { pinnedIn, titlePrefix, tokenAt, type State } from '../../state.ts';
import { imageOf, sized, themeOf, whenResized } from '../shared/canvas.ts';
import { headingsOf, neuronPicture, ROW_HEIGHT } from './neuronPicture.ts';
import { LinesPanel, oneHead } from '../shared/linesPanel.ts';
import { TokenList } from '../shared/tokens.ts';
import { anyOf, Latest, settled, type View, type ViewContext, type ViewKind } from '../shared/view.ts';

/** Widths of the lists of tokens, as in neuron.css. */
const [WIDE_LIST, NARROW_LIST] = [170, 72];

/**
 * The neuron view (after Vig 2019): how a head computes its attention from one token, from query and key to softmax.
 * Collapsed, it shows that head's lines.
 */
class NeuronView implements View {
  readonly element = document.createElement('section');
  readonly #context: ViewContext;
  readonly #latest: Latest;
  readonly #lines: LinesPanel;
  readonly #queries: TokenList;
  readonly #keys: TokenList;
  readonly #expanded = document.createElement('div');
  readonly #headings = document.createElement('div');
  readonly #canvas = document.createElement('canvas');
  readonly #readout = document.createElement('output');
  readonly #unknown = document.createElement('p');
  #state!: State;
  #shown!: Shown;
  #neurons: Neurons | undefined;
  /** Whether other neurons than these were requested. */
  #stale = true;

  constructor(context: ViewContext) {
    this.#context = context;
    this.#latest = new Latest(context.store);
    const expand = (token: number) =>
      context.store.update({ expanded: true, focus: { side: 'query', token, pinned: true } });
    this.#lines = new LinesPanel(context, oneHead(context), undefined, { text: '+', act: expand });
    this.#queries = new TokenList('Queries', 'tokens', {
      enter: (index) => this.#look(index, false),
      pin: (index) => this.#look(index, true),
      beside: () => this.#keys,
      sign: {
        text: '−',
        at: (index) => index === unitWith(this.#shown.queries, this.#neurons?.token ?? -1),
        act: () => context.store.update({ expanded: false }),
      },
    });
    this.#keys = new TokenList('Keys', 'tokens', {
      enter: (index) => this.#tell(index),
      pin: (index) => this.#tell(index),
      beside: () => this.#queries,
    });
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.#canvas.addEventListener('pointermove', (event) => this.#point(event));
    this.#canvas.addEventListener('pointerleave', () => this.#tell(undefined));
    this.#headings.className = 'headings';
    const rows = document.createElement('div');
    rows.className = 'rows';
    rows.style.setProperty('--row-height', `${ROW_HEIGHT}px`);
    const column = (side: string, list: TokenList) => {
      const made = document.createElement('div');
      made.className = `column ${side}`;
      made.append(list.element);
      return made;
    };
    rows.append(column('query', this.#queries), this.#canvas, column('key', this.#keys));
    this.#expanded.className = 'scroller expanded';
    this.#expanded.append(this.#headings, rows);
    this.#expanded.addEventListener('pointerleave', () => {
      this.#tell(undefined);
      const { focus } = context.store.state;
      if (focus && !focus.pinned) {
        context.store.update({ focus: undefined });
      }
    });
    this.#readout.className = 'readout';
    this.#readout.setAttribute('aria-live', 'polite');
    this.element.className = 'neuron-view';
    this.#unknown.className = 'hint';
    this.#unknown.textContent =
      'This view shows how attention comes from queries and keys, and this file has attention only. Save the queries and keys in it, too, as arrays “query” and “key” of shape [layers, heads, tokens, size].';
    whenResized(this.#expanded, () => {
      this.#layOut();
      this.#draw();
    });
  }

  show(state: State, changed: ReadonlySet<keyof State>): void {
    this.#state = state;
    const known = hasVectors(state.inspection!);
    if (anyOf(changed, 'expanded', 'view', 'inspection')) {
      const parts = !known
        ? [this.#unknown]
        : state.expanded
          ? [this.#expanded, this.#readout]
          : [this.#lines.element];
      this.element.replaceChildren(...parts);
    }
    if (!known) {
      return;
    }
    if (!state.expanded) {
      this.#lines.show(state, changed);
      return;
    }
    if (anyOf(changed, 'inspection', 'special', 'attention', 'filter', 'expanded', 'view')) {
      this.#layOut();
    } else if (changed.has('head')) {
      this.#head();
    }
    if (anyOf(changed, 'inspection', 'attention', 'layer', 'head', 'focus', 'expanded', 'view')) {
      this.#load();
    } else if (anyOf(changed, 'special', 'filter', 'theme', 'threshold')) {
      this.#draw();
    }
  }

  /** Neurons belong to tokens: words are not merged here. */
  #layOut(): void {
    this.#shown = shownOf(this.#state.inspection!, { ...this.#state, words: false });
    this.#queries.show(this.#shown.queries);
    this.#keys.show(this.#shown.keys);
    this.#head();
  }

  /** Heads the columns. */
  #head(): void {
    const space = this.#space();
    render(
      html`<div class="strip" .style=${`width: ${space.width}px`}>
        ${headingsOf(this.#attention(), this.#state.head, space).map(
          ({ x, width, name, title }) =>
            html`<span title=${title} .style=${`left: ${x}px; width: ${width}px`}>${name}</span>`,
        )}
      </div>`,
      this.#headings,
    );
  }

  #attention(): Attention {
    return attentionOf(this.#state.inspection!, this.#state.attention);
  }

  /** The parts of scores. */
  #parts(): readonly PartId[] {
    return partsOf(this.#attention(), this.#state.head).map(({ id }) => id);
  }

  /** Where the steps stand in the room between the two lists. */
  #space(): NeuronSpace {
    const { clientWidth } = this.#expanded;
    const lists = clientWidth <= 520 ? 2 * NARROW_LIST : 2 * WIDE_LIST;
    return neuronSpace(
      this.#state.inspection!.headSize,
      this.#parts(),
      clientWidth > 0 ? clientWidth - lists - 10 : Infinity,
    );
  }

  /** The query: the focused token, or the last one focused, or the first word. */
  #token(): number {
    const { focus } = this.#state;
    const wanted = focus?.side === 'query' ? focus.token : this.#neurons?.token;
    const { queries } = this.#shown;
    const shown = wanted !== undefined && unitWith(queries, wanted) >= 0;
    return shown ? wanted : ((queries.find((unit) => !unit.special) ?? queries[0])?.tokens[0] ?? 0);
  }

  #load(): void {
    const { layer, head, inspection } = this.#state;
    const attention = this.#attention();
    const token = this.#token();
    const source = this.#context.source();
    this.#stale = true;
    this.#readout.textContent = '';
    delete this.element.dataset['drawn'];
    const count = lengthOf(attention.keys);
    const place = headsOf(inspection!).indexOf(head);
    void this.#latest.run(
      async () => {
        const [vectors, rows] = await Promise.all([source?.vectors(layer, head), source?.from(layer, token)]);
        const weights = rows?.subarray(place * count, (place + 1) * count);
        return vectors && weights && neuronsOf(vectors, attention, layer, head, token, weights);
      },
      (neurons) => {
        this.#neurons = neurons;
        this.#stale = false;
        this.#draw();
        settled(this.element, `layer-${layer + 1}-head-${head + 1}-token-${token}`);
      },
    );
  }

  #draw(): void {
    const neurons = this.#neurons;
    if (!neurons || this.#stale) {
      return;
    }
    this.#head(); // the room may be known only now
    const { queries, keys } = this.#shown;
    const space = this.#space();
    const height = Math.max(queries.length, keys.length) * ROW_HEIGHT;
    const context = sized(this.#canvas, space.width, height);
    this.#paint(context, themeOf(this.element, this.#state.dark), space);
    const row = unitWith(queries, neurons.token);
    const { focus } = this.#state;
    this.#queries.mark(row >= 0 ? row : undefined, focus?.pinned && focus.side === 'query');
    this.#queries.sign();
    this.#tell(undefined);
  }

  #paint(surface: Surface, theme: Theme, space: NeuronSpace): void {
    const neurons = this.#neurons!;
    const { queries, keys } = this.#shown;
    const { head, inspection } = this.#state;
    const style: NeuronStyle = {
      theme,
      ramp: signedRamp(theme.dark),
      color: headColor(head, inspection!.heads, theme.dark),
      rowHeight: ROW_HEIGHT,
      threshold: this.#state.threshold,
      toImage: imageOf,
    };
    const rows = keys.map((unit) => this.#keyOf(unit.tokens[0]!));
    drawNeurons(surface, neurons, space, unitWith(queries, neurons.token), rows, style);
  }

  /** The index of a token among the keys. */
  #keyOf(token: number): number {
    return token - this.#shown.of.keys.start;
  }

  /** The row of the key that is pinned, alone or with a query. */
  #pinnedKey(): number | undefined {
    const key = tokenAt(pinnedIn(this.#state), 'key');
    const row = key === undefined ? -1 : unitWith(this.#shown.keys, key);
    return row >= 0 ? row : undefined;
  }

  #look(index: number, pin: boolean): void {
    const token = this.#shown.queries[index]!.tokens[0]!;
    const { focus } = this.#state;
    const own = focus?.side === 'query' && focus.token === token;
    const held = focus?.pinned && focus.side === 'query' && unitWith(this.#shown.queries, focus.token) >= 0;
    if (pin) {
      const focused = own && focus.pinned ? undefined : ({ side: 'query', token, pinned: true } as const);
      this.#context.store.update({ focus: focused });
    } else if (!held && !own) {
      this.#context.store.update({ focus: { side: 'query', token, pinned: false } });
    }
  }

  /** Shows the numbers of a row, or of the neuron in it that is pointed at. */
  #tell(row: number | undefined, step?: Step, neuron = 0): void {
    const neurons = this.#neurons;
    const token = row === undefined ? undefined : this.#shown.keys[row]?.tokens[0];
    const pinned = this.#pinnedKey();
    this.#keys.mark(token === undefined ? pinned : row, token === undefined || row === pinned);
    if (!neurons || this.#stale || token === undefined) {
      this.#readout.textContent = '';
      return;
    }
    const key = this.#keyOf(token);
    const { inspection, layer, head } = this.#state;
    const unit = (of: number, units: Shown['keys']) =>
      units[unitWith(units, of)]?.quoted ?? `“${inspection!.tokens[of]!.text}”`;
    const names = `${unit(neurons.token, this.#shown.queries)} → ${unit(token, this.#shown.keys)}`;
    const at = key * neurons.size + neuron;
    const signed = written(inspection!);
    const q = signed(neurons.query[neuron]!);
    const k = signed(neurons.key[at]!);
    const numbers =
      step === 'key' || step === 'product'
        ? `neuron ${neuron + 1}: q ${q} × k ${k} = ${signed(neurons.product[at]!)}`
        : neurons.sees[key]
          ? `${this.#score(neurons, key)}, softmax ${neurons.softmax[key]!.toFixed(4)}`
          : 'masked';
    this.#readout.textContent = `Layer ${layer + 1} · Head ${head + 1}: ${names} · ${numbers}`;
  }

  /** A score, and what it is made of. */
  #score({ size, parts, score }: Neurons, key: number): string {
    const signed = written(this.#state.inspection!);
    const total = signed(score[key]!);
    const made = partsOf(this.#attention(), this.#state.head).map(
      ({ id, short }) => `${id === 'dot' ? `q · k / √${size} =` : short} ${signed(parts.get(id)![key]!)}`,
    );
    const alone = isCappedOnly(this.#attention()) ? ', capped' : '';
    return made.length === 0 ? `q · k / √${size} = ${total}` : `${made.join(', ')}${alone}: score ${total}`;
  }

  #point(event: PointerEvent): void {
    const { steps, neuron } = this.#space();
    const row = Math.floor(event.offsetY / ROW_HEIGHT);
    const step = (['query', 'key', 'product', 'score', 'softmax'] as const).find(
      (one) => event.offsetX >= steps[one].x && event.offsetX < steps[one].x + steps[one].width,
    );
    const index = step ? Math.floor((event.offsetX - steps[step].x) / neuron) : 0;
    if (step === 'query') {
      this.#tellQuery(row, index);
    } else {
      this.#tell(row, step, index);
    }
  }

  #tellQuery(row: number, neuron: number): void {
    const neurons = this.#neurons;
    if (neurons && row === unitWith(this.#shown.queries, neurons.token)) {
      const name = this.#shown.queries[row]!.quoted;
      this.#readout.textContent = `Query of ${name}, neuron ${neuron + 1}: ${written(this.#state.inspection!)(neurons.query[neuron]!)}`;
    } else {
      this.#tell(undefined);
    }
  }

  picture(theme: Theme): Picture | undefined {
    const { layer, head, expanded, inspection } = this.#state;
    if (!hasVectors(inspection!)) {
      return undefined;
    }
    if (!expanded) {
      return this.#lines.picture(theme);
    }
    if (!this.#neurons || this.#stale) {
      return undefined;
    }
    const space = neuronSpace(inspection!.headSize, this.#parts());
    return neuronPicture(
      `${titlePrefix(this.#state)}Layer ${layer + 1} · Head ${head + 1}`,
      this.#shown,
      headingsOf(this.#attention(), head, space),
      space,
      theme,
      (surface) => this.#paint(surface, theme, space),
    );
  }
}

/** A number to four decimals; to two in a page that is a file, whose queries and keys are rounded. */
const written = ({ id }: Inspection) => {
  const decimals = id === undefined ? 2 : 4;
  return (value: number) => value.toFixed(decimals).replace('-', '−');
};

export const neuron: ViewKind = {
  id: 'neuron',
  title: 'Neuron',
  create: (context) => new NeuronView(context),
};
