import { html, nothing, type TemplateResult } from 'lit';
import type { AttentionKind, Inspection } from '../../inspection.ts';
import { patternOf, placeOf } from '../../overview.ts';
import type { Overview } from '../../source.ts';
import type { State } from '../../state.ts';
import { effectText, gridOf, strongest, type Answer, type HeadEffect } from '../../why.ts';
import { isOut, partName, type Part } from '../../without.ts';
import { grids, gridScale, type Cell } from './grid.ts';
import { looks, strongestHeads } from './heads.ts';

/** How many of the strongest heads are listed. */
const LISTED = 10;

/** A head of an answer. */
export type HeadOf = Pick<HeadEffect, 'attention' | 'layer' | 'head'>;

/** What the part about heads needs of the view. */
export interface HeadsPartActions {
  readonly redraw: () => void;
  /** Shows a head's lines. */
  readonly open: (head: HeadOf) => void;
  /** Takes something out, or puts it back; undefined where nothing can be taken out. */
  readonly take: ((part: Part) => void) | undefined;
}

/** The heads that carry an answer: all in a grid, with attention and feed-forward parts, and the strongest in a list. */
export class HeadsPart {
  readonly #actions: HeadsPartActions;
  /** What is pointed at. */
  #part: Part | undefined;
  #overview:
    { readonly of: Inspection; readonly kind: AttentionKind; readonly overview: Overview } | undefined;

  constructor(actions: HeadsPartActions) {
    this.#actions = actions;
  }

  /** Begins with another text. */
  reset(): void {
    this.#part = undefined;
  }

  /** What heads of an attention look at in general is known. */
  know(of: Inspection, kind: AttentionKind, overview: Overview): void {
    this.#overview = { of, kind, overview };
  }

  template(state: State, answer: Answer): TemplateResult {
    const { dark, averaged, taking } = state;
    const inspection = state.inspection!;
    const { redraw, open, take } = this.#actions;
    const scale = gridScale(answer.heads.map(({ effect }) => effect));
    const byKind = new Map(inspection.attentions.map(({ kind }) => [kind, gridOf(answer.heads, kind)]));
    const out = (part: Part) => isOut(inspection.without, part, inspection);
    const point = (part: Part | undefined) => {
      this.#part = part;
      redraw();
    };
    return html`<section class="part">
      <h2>The heads that carry it</h2>
      <p class="hint">
        A head is one of the small readers inside the model: it looks at some words and passes on what it
        finds there. Each is ${averaged ? 'averaged (its output becomes its mean over the text)' : 'silenced'}
        in turn.
      </p>
      <div class="heads-side-by-side">
        <div>
          ${grids(
            inspection,
            {
              head: (kind, layer, head) => cell(byKind.get(kind)?.get(`${layer}.${head}`)),
              layer: (kind, layer, part) => {
                const effect = layerEffect(answer, kind, layer, part);
                return effect === undefined ? undefined : { effect };
              },
              scale,
            },
            dark,
            undefined,
            {
              point,
              act: (part) => this.#act(state, part),
              isOut: out,
              verb: taking ? 'Takes it out' : 'Shows its lines',
            },
          )}
          <p class="readout-line" aria-live="polite">${this.#readout(inspection, answer)}</p>
        </div>
        ${strongestHeads(
          inspection,
          strongest(answer.heads, LISTED),
          (head) => this.#pattern(inspection, head),
          scale,
          dark,
          { open, point, ...(take && { take }), isOut: out, averaged },
        )}
      </div>
    </section>`;
  }

  /** What a head looks at in general, if it is something that people know. */
  #pattern(inspection: Inspection, head: HeadEffect): string | undefined {
    const known = this.#overview;
    const kind = head.attention ?? 'self';
    return known?.of === inspection && known.kind === kind
      ? patternOf(known.overview, placeOf(inspection, kind, head.layer, head.head))?.name
      : undefined;
  }

  /** What is pointed at, in words. */
  #readout(inspection: Inspection, answer: Answer): TemplateResult {
    const part = this.#part;
    if (!part || !('kind' in part)) {
      return html`<span class="hint"
        >${
          this.#actions.take
            ? 'Point at a square to read it. “all” and “MLP” are all the attention, and the feed-forward part, of a layer: a click takes them out.'
            : 'Point at a square to read it.'
        }</span
      >`;
    }
    const name = partName(part, inspection);
    const head =
      part.what === 'heads'
        ? answer.heads.find(
            (one) =>
              one.layer === part.layer && one.head === part.head && (one.attention ?? 'self') === part.kind,
          )
        : undefined;
    if (head) {
      const pattern = this.#pattern(inspection, head);
      return html`<span
        >Without ${name}: <b>${effectText(-head.effect)} nats</b>. It looks at
        ${looks(head).join(', ') || 'nothing from here'}${pattern ? html` <span class="kind">${pattern}</span>` : nothing}</span
      >`;
    }
    const effect = layerEffect(
      answer,
      part.kind,
      part.layer,
      part.what === 'attention' ? 'attention' : 'feedForward',
    );
    return effect === undefined
      ? html`<span>${name}</span>`
      : html`<span>Without the ${name}: <b>${effectText(-effect)} nats</b></span>`;
  }

  #act({ inspection, taking, averaged }: State, part: Part): void {
    const { take, open } = this.#actions;
    const what = part.what === 'heads' && averaged ? { ...part, what: 'averaged' as const } : part;
    if (take && (taking || part.what !== 'heads' || isOut(inspection!.without, what, inspection!))) {
      take(what);
    } else if ('head' in part) {
      open({ attention: part.kind, layer: part.layer, head: part.head });
    }
  }
}

const cell = (head: HeadEffect | undefined): Cell | undefined =>
  head && {
    effect: head.effect,
    title: looks(head).length > 0 ? `, looks at ${looks(head).join(', ')}` : '',
  };

/** What a part of a layer does, if it is known. */
function layerEffect(
  answer: Answer,
  kind: AttentionKind,
  layer: number,
  part: 'attention' | 'feedForward',
): number | undefined {
  const found = answer.layers.find((one) => one.layer === layer && (one.attention ?? 'self') === kind);
  return part === 'attention' ? found?.attentionEffect : found?.feedForwardEffect;
}
