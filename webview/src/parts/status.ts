import { html, nothing, type TemplateResult } from 'lit';
import { nameOf, type Cut, type Inspection, type ModelState } from '../inspection.ts';
import { grouped } from '../numbers.ts';
import type { State } from '../state.ts';

const EXAMPLES = [
  'A person who never made a ____ never tried anything new.',
  'The function returns [MASK] if the file does not exist.',
  'He opened the ____ and walked into the ____.',
];

/** The included model's name is `embedded` everywhere but on the page. */
export const modelName = (name: string) =>
  name === 'embedded'
    ? 'Embedded English BERT'
    : /^(\/|~|\.{1,2}[/\\]|[A-Za-z]:[/\\]|\\\\)/.test(name)
      ? (name.split(/[/\\]/).filter(Boolean).at(-1) ?? name) // a folder
      : name;

/** A commit as people write it: its first digits. */
const shortRevision = (revision: string) =>
  /^[0-9a-f]{40}$/.test(revision)
    ? revision.slice(0, 7)
    : revision.length > 20
      ? `${revision.slice(0, 20)}…`
      : revision;

/** A model's name, and its revision if it is known. */
export const modelAt = ({ model, revision }: Inspection) =>
  `${modelName(model)}${revision === undefined ? '' : ` at ${shortRevision(revision)}`}`;

/** The model's name; of a file, where its attention comes from, with all that the file says of that. */
function origin(inspection: Inspection): TemplateResult {
  const { id, given, model, revision, headlight, sha256 } = inspection;
  if ((id !== undefined && !given) || (revision ?? headlight ?? sha256) === undefined) {
    const title = revision === undefined ? model : `${model} at ${revision}`;
    return html`<span class="model" title=${title}>${modelName(model)}</span>`;
  }
  const row = (name: string, value: string) =>
    html`<div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`<details class="origin">
    <summary title="Where this attention comes from">
      from
      <span class="model">${modelName(model)}</span
      >${revision === undefined ? '' : ` at ${shortRevision(revision)}`}${headlight === undefined ? '' : `, Headlight ${headlight}`}
    </summary>
    <dl>
      ${row('Model', model)} ${revision === undefined ? nothing : row('Revision', revision)}
      ${Object.entries(sha256 ?? {}).map(([name, hash]) => row(`SHA-256 of ${name}`, hash))}
      ${headlight === undefined ? nothing : row('Computed by', `Headlight ${headlight}`)}
    </dl>
  </details>`;
}

/** The model, the number of tokens, and what was left out. */
export function summary(inspection: Inspection): TemplateResult {
  return html`<div class="summary">
    ${origin(inspection)}
    <span>${sizeOf(inspection)}</span>
    ${part(inspection)}
    <span>${grouped(inspection.tokens.length)} tokens</span>
    ${unknown(inspection)}
    ${inspection.target ? html`<span class="target">${target(inspection)}</span>` : nothing}
    ${
      inspection.cleaned
        ? html`<span class="cleaned">read without line breaks, comment marks and indentation</span>`
        : nothing
    }
    ${inspection.cuts.map((cut) => html`<span class="cut">${leftOut(cut, inspection)}</span>`)}
  </div>`;
}

/** How many tokens the vocabulary doesn't have. */
function unknown(inspection: Inspection): TemplateResult | typeof nothing {
  const tokens = inspection.tokens.filter((token) => token.unknown);
  if (tokens.length === 0) {
    return nothing;
  }
  const all = tokens.map((token) => nameOf(token, inspection)).join(', ');
  return html`<span class="unknown" title=${all}
    >${tokens.length} unknown: the model reads ${tokens[0]!.text} for
    ${tokens.length === 1 ? 'it' : 'each'}</span
  >`;
}

/** How many heads there are in how many layers; cross-attention is in the layers of the decoder, if that is there. */
export function sizeOf({ attentions, heads }: Pick<Inspection, 'attentions' | 'heads'>): string {
  const own = attentions.filter(({ kind }) => kind !== 'cross');
  const layers = (own.length > 0 ? own : attentions).map((attention) => attention.layers).join(' + ');
  return `${layers} ${layers === '1' ? 'layer' : 'layers'} × ${heads} ${heads === 1 ? 'head' : 'heads'}`;
}

/** Which layers and heads a file holds, if not all. */
function part({ layers, heads, shownLayers, shownHeads }: Inspection): TemplateResult | typeof nothing {
  const some = [
    [shownLayers, layers, 'layer'],
    [shownHeads, heads, 'head'],
  ] as const;
  const said = some.flatMap(([shown, all, what]) =>
    shown && shown.length < all ? [`${what}${shown.length > 1 ? 's' : ''} ${ranges(shown)} of ${all}`] : [],
  );
  return said.length > 0
    ? html`<span class="part">this file holds only ${said.join(' and ')}</span>`
    : nothing;
}

/** Numbers as people count, such as 1–3, 5. */
function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && last[1] === number) {
      last[1]++;
    } else {
      runs.push([number, number + 1]);
    }
  }
  return runs
    .map(([from, to]) =>
      to - from === 1 ? `${to}` : to - from === 2 ? `${from + 1}, ${to}` : `${from + 1}–${to}`,
    )
    .join(', ');
}

/** What the decoder of an encoder-decoder was given. */
function target({ pair = '', target }: Inspection): string {
  switch (target!) {
    case 'given':
      return 'the decoder is given the target';
    case 'same':
      return 'the decoder is given the text itself, and fills its blanks';
    case 'blanks':
      return `the decoder is given ${pair}, and says what stands there`;
    case 'written':
      return pair ? `the model writes: “${pair}”` : 'the model writes nothing';
  }
}

function leftOut(cut: Cut, inspection: Inspection): string {
  const of =
    inspection.pair === undefined ? 'the text' : cut.segment === 0 ? 'the first text' : 'the second text';
  const parts = [
    cut.before > 0 ? `${grouped(cut.before)} tokens before these` : '',
    cut.after > 0 ? `${grouped(cut.after)} tokens after these` : '',
  ].filter(Boolean);
  return `${of} is too long for the model: ${parts.join(' and ')} are left out`;
}

/** The status notice, which says what to do. */
export function notice(state: State, run: (text: string) => void): TemplateResult | typeof nothing {
  if (state.failure) {
    return html`<p class="notice failed" role="alert">${state.failure}</p>
      ${invites(state) && state.connected ? invitation(run) : nothing}`;
  }
  if (!state.connected) {
    return html`<p class="notice" role="alert">
      Headlight’s server is not responding. This view stays; restart the server to visualize more.
    </p>`;
  }
  if (state.model?.state === 'failed') {
    return html`<p class="notice failed" role="alert">${state.model.message}</p>`;
  }
  const loading = state.model && loadingOf(state.model);
  if (loading || state.busy) {
    return html`<p class="notice busy" role="status">${loading ?? 'Computing attention…'}</p>`;
  }
  return invites(state) ? invitation(run) : nothing;
}

/** Whether nothing is shown yet. */
const invites = ({ inspection, view }: State) => inspection === undefined && view !== 'corpus';

/** The message while a model is being loaded; undefined if none is. */
function loadingOf(model: ModelState): string | undefined {
  if (model.state === 'loading') {
    const name = modelName(model.model);
    return model.fetching === undefined
      ? `Loading the model ${name}…`
      : model.fetching.total === 0
        ? `Loading the model ${name}, which ${model.fetching.message}…`
        : `Downloading the model ${name}: ${model.fetching.message}`;
  }
  const next = model.state === 'ready' && model.next ? loadingOf(model.next) : undefined;
  return next && `${next} Until then, ${modelName(model.model)} stays in use.`;
}

function invitation(run: (text: string) => void): TemplateResult {
  return html`<div class="notice empty">
    <p>
      Type a sentence and press Enter to see what the model looks at. Write ____ where it should predict a
      word.
    </p>
    <ul>
      ${EXAMPLES.map(
        (example) =>
          html`<li><button type="button" class="quiet" @click=${() => run(example)}>${example}</button></li>`,
      )}
    </ul>
  </div>`;
}
