import { html, type TemplateResult } from 'lit';
import type { State } from '../state.ts';

/** In a side panel, controls are a line that opens. */
const narrow = matchMedia('(max-width: 520px)');
export const folded = (line: string, content: TemplateResult) =>
  html`<details class="fold" ?open=${!narrow.matches}>
    <summary>${line}</summary>
    ${content}
  </details>`;

const count = ({ size }: ReadonlySet<number>, what: string) => `${size} ${what}${size === 1 ? '' : 's'}`;

/** What is chosen, in a line. */
export function chosen({ view, layer, head, heads, layers, columns, gallery }: State): string {
  if (view === 'model') {
    return `${count(layers, 'layer')}, ${count(columns, 'head')}, options`;
  }
  if (view === 'heatmap' && gallery) {
    return 'All heads, options';
  }
  const one =
    view === 'head' && heads.size !== 1
      ? count(heads, 'head')
      : `Head ${(view === 'head' ? [...heads][0]! : head) + 1}`;
  return `Layer ${layer + 1} · ${one}, options`;
}
