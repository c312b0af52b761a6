import { html, nothing, type TemplateResult } from 'lit';
import type { Corpus } from '../../corpus.ts';
import { choice, segments } from '../../parts/fields.ts';
import { folded } from '../../parts/fold.ts';
import { SHARES, type State, type Store } from '../../state.ts';

/**
 * What is shown of heads, their order, and which of them.
 *
 * @param corpora one or two
 * @param compared whether heads are compared one by one
 */
export function corpusControls(
  corpora: readonly Corpus[],
  compared: boolean,
  { by, largest, share }: State,
  store: Store,
): TemplateResult {
  const quantities = corpora[0]!.quantities.filter(({ id }) =>
    corpora.some(({ all }) => all.some(({ measured }) => measured.has(id))),
  );
  const group = (what: string, label: string) => {
    const some = quantities.filter((quantity) => quantity.what === what);
    return some.length === 0
      ? nothing
      : html`<optgroup label=${label}>
          ${some.map(({ id, name }) => html`<option value=${id} .selected=${id === by}>${name}</option>`)}
        </optgroup>`;
  };
  const shares = SHARES.map(String);
  const names = Object.fromEntries(shares.map((one) => [one, one === '0' ? 'any' : `${one} %`]));
  return folded(
    'What is shown, order, filter',
    html`<div class="controls">
      <div class="options">
        <label class="option"
          >Show
          <select
            class="quantity"
            aria-label="Show"
            @change=${(event: Event) => store.update({ by: (event.target as HTMLSelectElement).value || undefined })}
          >
            <option value="" .selected=${by === undefined}>each head’s clearest</option>
            ${group('pattern', 'Patterns')} ${group('relation', 'Relations')}
            ${group('number', 'Other numbers')}
          </select></label
        >
        ${segments('Order', [
          ['By layer and head', !largest, () => store.update({ largest: false })],
          [
            compared ? 'Largest difference first' : 'Largest first',
            largest,
            () => store.update({ largest: true }),
          ],
        ])}
        ${choice('Shown in at least', shares, names, String(share), (chosen) =>
          store.update({ share: Number(chosen) }),
        )}
        <span class="hint">of the texts</span>
      </div>
    </div>`,
  );
}
