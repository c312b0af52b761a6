import { html, nothing, type TemplateResult } from 'lit';

/** The available exports. */
export interface ExportActions {
  readonly picture: (kind: 'png' | 'svg') => void;
  /** Opens the dialog for figures. */
  readonly figure: () => void;
  /** Exports by the server; an exported page has none. */
  readonly fromServer?: (kind: 'html' | 'json' | 'safetensors' | 'zip', all: boolean) => void;
  /** What weights are of, if not of all heads. */
  readonly scope: string | undefined;
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

/** Files that hold what is shown, or everything. */
const SCOPED: readonly string[] = ['json', 'safetensors'];

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
  const { fromServer, scope } = actions;
  return html`<details class="menu export-menu" @focusout=${closeWhenLeft} @keydown=${closeOnEscape}>
    <summary>Export</summary>
    <ul>
      ${item('Figure…', 'sizes, caption', actions.figure)}
      ${PICTURES.map(([kind, name, label]) => item(name, label, () => actions.picture(kind)))}
      ${
        fromServer
          ? FILES.map(([kind, name, label]) =>
              scope !== undefined && SCOPED.includes(kind)
                ? html`${item(`${name} of ${scope}`, label, () => fromServer(kind, false))}
                  ${item(`${name} of all heads`, `${label}, all`, () => fromServer(kind, true))}`
                : item(name, label, () => fromServer(kind, true)),
            )
          : nothing
      }
    </ul>
  </details>`;
}

/** Closes a menu that the keyboard has left. */
export function closeWhenLeft(event: FocusEvent): void {
  const menu = event.currentTarget as HTMLDetailsElement;
  if (!menu.contains(event.relatedTarget as Node | null) && event.relatedTarget !== null) {
    menu.open = false;
  }
}

/** Closes a menu by Escape. */
export function closeOnEscape(event: KeyboardEvent): void {
  const menu = event.currentTarget as HTMLDetailsElement;
  if (event.key === 'Escape' && menu.open) {
    menu.open = false;
    menu.querySelector('summary')!.focus();
    event.stopPropagation();
  }
}
