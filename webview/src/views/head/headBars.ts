import { html, nothing, type TemplateResult } from 'lit';

/** A head's attention from one token, or to one. */
export interface HeadBar {
  readonly head: number;
  readonly color: string;
  readonly names: readonly string[];
  /** Exact weights, one for each name. */
  readonly weights: Float32Array;
}

/** The number of labelled parts of a bar. */
const PARTS = 4;
/** Smaller parts are not labelled. */
const LEAST = 0.04;

/** A bar for each head, with its strongest weights in it and their names. */
export function headBars(bars: readonly HeadBar[], side: 'query' | 'key'): TemplateResult | typeof nothing {
  if (bars.length === 0) {
    return nothing;
  }
  // attention to a token can add up to more than 1, so all bars share the scale of the largest sum
  const whole = Math.max(1, ...bars.map(({ weights }) => weights.reduce((sum, weight) => sum + weight, 0)));
  const scale = whole > 1.005 ? html` <span class="hint">bars to ${whole.toFixed(2)}</span>` : nothing;
  return html`<h2>
      ${side === 'query' ? 'What each head looks at' : 'What looks at this word, by head'}${scale}
    </h2>
    <ul>
      ${bars.map((one) => bar(one, whole))}
    </ul>`;
}

function bar({ head, color, names, weights }: HeadBar, whole: number): TemplateResult {
  const strongest = largest(weights)
    .map((index) => ({ weight: weights[index]!, name: names[index]! }))
    .filter(({ weight }) => weight >= LEAST);
  return html`<li .style=${`--head-color: ${color}`}>
    <span class="number">${head + 1}</span>
    <span class="bar"
      >${strongest.map(
        ({ name, weight }, i) =>
          html`<span
            class="part"
            .style=${`--share: ${weight / whole}; --fade: ${1 - i * 0.18}`}
            title="${name} ${weight.toFixed(3)}"
            ><span class="name">${name}</span> <span class="number">${weight.toFixed(2)}</span></span
          >`,
      )}</span
    >
  </li>`;
}

/** The indices of the largest numbers, in descending order. */
function largest(numbers: Float32Array): number[] {
  const places: number[] = [];
  numbers.forEach((number, index) => {
    if (places.length === PARTS && number <= numbers[places[PARTS - 1]!]!) {
      return;
    }
    const before = places.findIndex((place) => number > numbers[place]!);
    places.splice(before < 0 ? places.length : before, 0, index);
    places.length = Math.min(places.length, PARTS);
  });
  return places;
}
