import type { Store } from './state.ts';

/** What an editor's panel sends the page that it frames. */
interface ThemeMessage {
  readonly type: 'theme';
  readonly kind: 'light' | 'dark' | 'high-contrast' | 'high-contrast-light';
  /** The editor's colours, by their names as CSS variables. */
  readonly variables: Readonly<Record<string, string>>;
}

const isTheme = (data: unknown): data is ThemeMessage => {
  const message = data as Partial<ThemeMessage> | null;
  return (
    message?.type === 'theme' && typeof message.kind === 'string' && typeof message.variables === 'object'
  );
};

/** Follows the editor's theme where one frames the page, else the system's. */
export function followTheme(store: Store): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;
  const update = () => {
    const kind = root.dataset['theme'] ?? (system.matches ? 'dark' : 'light');
    store.update({ dark: kind === 'dark' || kind === 'high-contrast' });
  };
  system.addEventListener('change', update);
  update();
  if (window.parent === window) {
    return;
  }
  window.addEventListener('message', (event) => {
    if (event.source !== window.parent || !isTheme(event.data)) {
      return;
    }
    root.dataset['theme'] = event.data.kind;
    for (const [name, value] of Object.entries(event.data.variables)) {
      if (/^--vscode-[\w-]+$/.test(name)) {
        root.style.setProperty(name, String(value));
      }
    }
    update();
  });
  window.parent.postMessage({ type: 'ready' }, '*');
}
