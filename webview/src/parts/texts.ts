import { html, nothing, type TemplateResult } from 'lit';
import { nameOf, pairOf } from '../inspection.ts';
import type { Seen } from '../session.ts';
import { closeOnEscape, closeWhenLeft } from './exportMenu.ts';

export interface TextsActions {
  readonly open: (seen: Seen) => void;
  /** Reads a text file. */
  readonly read: (file: File) => void;
}

/** The menu of the texts looked at in this session, and of files. */
export function textsMenu(
  seen: readonly Seen[],
  current: number | undefined,
  actions: TextsActions,
): TemplateResult {
  const close = (event: Event) => ((event.currentTarget as Element).closest('details')!.open = false);
  const item = (one: Seen) => {
    const { inspection, pin } = one;
    const pinned = pin && inspection.tokens[pin.token];
    return html`<li>
      <button
        type="button"
        aria-current=${inspection.id === current}
        @click=${(event: Event) => {
          close(event);
          actions.open(one);
        }}
      >
        <span class="seen-text" dir="auto"
          >${inspection.text}${pairOf(inspection) ? ` · ${pairOf(inspection)}` : ''}</span
        >
        ${pinned ? html`<span class="kind">pinned: ${nameOf(pinned, inspection)}</span>` : nothing}
      </button>
    </li>`;
  };
  return html`<details class="menu texts-menu" @focusout=${closeWhenLeft} @keydown=${closeOnEscape}>
    <summary>Texts</summary>
    <ul>
      ${seen.map(item)}
      <li>
        <label class="open-file">
          Open a text or attention file…
          <input
            type="file"
            accept=".txt,.md,text/*,.safetensors,.npz,.json"
            @change=${(event: Event) => {
              const input = event.target as HTMLInputElement;
              const file = input.files?.[0];
              close(event);
              input.value = '';
              if (file) {
                actions.read(file);
              }
            }}
          />
        </label>
      </li>
    </ul>
  </details>`;
}
