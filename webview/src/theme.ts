import { isFramed } from './framed.ts';
import type { Store } from './state.ts';

/** A message from the editor that frames the page. */
interface ThemeMessage {
  readonly type: 'theme';
  readonly kind: 'light' | 'dark' | 'high-contrast' | 'high-contrast-light';
  /** The editor's colours, by CSS variable. */
  readonly variables: Readonly<Record<string, string>>;
}

const KINDS: readonly unknown[] = ['light', 'dark', 'high-contrast', 'high-contrast-light'];

const isTheme = (data: unknown): data is ThemeMessage => {
  const { type, kind, variables } = (data ?? {}) as Partial<ThemeMessage>;
  return type === 'theme' && KINDS.includes(kind) && typeof variables === 'object' && variables !== null;
};

/** Follows the theme of the editor that frames the page, or the system's. */
export function followTheme(store: Store): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;
  let editor: ThemeMessage | undefined;
  const update = () => {
    const kind = editor?.kind ?? (system.matches ? 'dark' : 'light');
    root.dataset['theme'] = kind;
    store.update({ dark: kind === 'dark' || kind === 'high-contrast', theme: store.state.theme + 1 });
  };
  system.addEventListener('change', update);
  update();
  if (!isFramed()) {
    return;
  }
  window.addEventListener('message', (event) => {
    if (event.source !== window.parent || !isTheme(event.data)) {
      return;
    }
    Object.keys(editor?.variables ?? {}).forEach((name) => root.style.removeProperty(name));
    editor = event.data;
    for (const [name, value] of Object.entries(editor.variables)) {
      if (/^--vscode-[\w-]+$/.test(name)) {
        root.style.setProperty(name, String(value));
      }
    }
    update();
  });
  window.parent.postMessage({ type: 'ready' }, '*');
}
