import { html, nothing, type TemplateResult } from 'lit';
import { chance, type Answer, type LensRow } from '../../why.ts';

/** Below this, a word is noise. */
const NOISE = 0.01;

/** What the model would answer after each layer, the last one first. */
export function lens(answer: Answer): TemplateResult {
  const { word, rather } = answer;
  const stick = (p: number, which: 'word' | 'rather') =>
    html`<span class="stick ${which}" .style=${`--share: ${p}`}></span>`;
  const row = (one: LensRow) =>
    html`<tr>
      <th scope="row">${one.layer === 0 ? 'words alone' : one.layer}</th>
      <td class="top">
        ${one.top.map(
          (name, i) =>
            html`<span class=${className(one, i, answer)}>${name.trim()}</span
              >${i < one.top.length - 1 ? ' ' : ''}`,
        )}
      </td>
      <td class="sticks" aria-hidden="true">
        ${stick(one.p, 'word')}${one.rather === undefined ? nothing : stick(one.rather, 'rather')}
      </td>
      <td class="p word">${chance(one.p)}</td>
      ${one.rather === undefined ? nothing : html`<td class="p rather">${chance(one.rather)}</td>`}
    </tr>`;
  return html`<table class="lens">
    <thead>
      <tr>
        <th scope="col">after layer</th>
        <th scope="col">it would say</th>
        <td class="sticks-name"></td>
        <th scope="col" class="p word">${word.word.trim()}</th>
        ${rather ? html`<th scope="col" class="p rather">${rather.word.trim()}</th>` : nothing}
      </tr>
    </thead>
    <tbody>
      ${answer.lens.map(row)}
    </tbody>
  </table>`;
}

function className({ top, chances }: LensRow, i: number, { word, rather }: Answer): string {
  return chances[i]! < NOISE
    ? 'noise'
    : top[i] === word.word
      ? 'word'
      : rather && top[i] === rather.word
        ? 'rather'
        : '';
}
