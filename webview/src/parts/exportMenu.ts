import { html, nothing, type TemplateResult } from 'lit';

/** The available exports. */
export interface ExportActions {
  readonly picture: (kind: 'png' | 'svg') => void;
  /** Exports by the server; an exported page has none. */
  readonly fromServer?: (kind: 'html' | 'json' | 'safetensors' | 'zip') => void;
}

const PICTURES = [
  ['png', 'Image', 'PNG'],
  ['svg', 'Editable drawing', 'SVG'],
] as const;

const FILES = [
  ['html', 'Offline page', 'HTML'],
  ['json', 'Weights', 'JSON'],
  ['safetensors', 'Arrays for Python', 'safetensors'],
  ['zip', 'Diagram of each head', 'PNGs'],
] as const;

/** The menu that exports the current view. */
export function exportMenu(actions: ExportActions): TemplateResult {
  const item = (name: string, kind: string, act: () => void) =>
    html`<li>
      <button
        type="button"
        @click=${(event: Event) => {
          (event.currentTarget as Element).closest('details')!.open = false;
          act();
        }}
      >
        <span>${name}</span> <span class="kind">${kind}</span>
      </button>
    </li>`;
  const { fromServer } = actions;
  return html`<details class="menu" @focusout=${closeWhenLeft} @keydown=${closeOnEscape}>
    <summary>Export</summary>
    <ul>
      ${PICTURES.map(([kind, name, label]) => item(name, label, () => actions.picture(kind)))}
      ${fromServer ? FILES.map(([kind, name, label]) => item(name, label, () => fromServer(kind))) : nothing}
    </ul>
  </details>`;
}

function closeWhenLeft(event: FocusEvent): void {
  const menu = event.currentTarget as HTMLDetailsElement;
  if (!menu.contains(event.relatedTarget as Node | null) && event.relatedTarget !== null) {
    menu.open = false;
  }
}

function closeOnEscape(event: KeyboardEvent): void {
  const menu = event.currentTarget as HTMLDetailsElement;
  if (event.key === 'Escape' && menu.open) {
    menu.open = false;
    menu.querySelector('summary')!.focus();
    event.stopPropagation();
  }
}
