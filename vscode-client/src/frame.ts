import { randomBytes } from 'node:crypto';

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** JSON that is safe inside a script element. */
const inScript = (value: unknown) => JSON.stringify(value ?? null).replaceAll('<', '\\u003c');

/** What the page sends through its frame. */
export type FromPage =
  | {
      /** The choices in the page's address: layer, view, pinned token. */
      readonly type: 'address';
      readonly choices: string;
    }
  | {
      /** A file to save: its bytes, or where the server has it. */
      readonly type: 'save';
      readonly name: string;
      readonly data: ArrayBuffer | string;
    };

/**
 * The document of a webview: it frames the server's page, passes it the editor's colours, passes on the keys that the
 * page has no use for, and keeps the state needed to restore it after a reload. It accepts messages only from the page
 * and from the extension.
 *
 * @param url of the page; undefined if nothing has been visualized yet
 * @param saved state that the editor keeps for a reload
 */
export function frame(url: string | undefined, saved: object | undefined): string {
  const nonce = randomBytes(16).toString('base64');
  const origin = url === undefined ? "'none'" : new URL(url).origin;
  const policy = `default-src 'none'; frame-src ${origin}; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  const content =
    url === undefined
      ? `<p>Select some text, or put the cursor in a paragraph, to see what the model looks at.</p>
<p><a class="button" href="command:headlight.visualizeAttention">Visualize Attention</a></p>
<p><a href="command:headlight.openSample">Open a sample text</a></p>`
      : `<iframe title="Attention" src="${escaped(url)}" sandbox="allow-scripts allow-same-origin allow-forms allow-downloads"></iframe>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<style nonce="${nonce}">
html, body { height: 100%; margin: 0; padding: 0; }
iframe { display: block; width: 100%; height: 100%; border: 0; }
p { margin: 0; padding: 6px 20px; }
p:first-child { padding-top: 18px; }
a { color: var(--vscode-textLink-foreground); text-decoration: none; }
a:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
.button { display: block; max-width: 300px; padding: 4px 8px; border-radius: 2px; text-align: center;
  color: var(--vscode-button-foreground); background: var(--vscode-button-background); }
.button:hover { background: var(--vscode-button-hoverBackground); }
</style>
</head>
<body>
${content}
<script nonce="${nonce}">
const editor = acquireVsCodeApi();
const page = document.querySelector('iframe');
const origin = ${inScript(origin)};
let saved = ${inScript(saved)};
editor.setState(saved);
const KINDS = {
  'vscode-light': 'light',
  'vscode-dark': 'dark',
  'vscode-high-contrast': 'high-contrast',
  'vscode-high-contrast-light': 'high-contrast-light',
};
function sendTheme() {
  const { style } = document.documentElement;
  const variables = {};
  for (const name of style) {
    if (name.startsWith('--vscode-')) {
      variables[name] = style.getPropertyValue(name);
    }
  }
  const kind = KINDS[document.body.dataset.vscodeThemeKind] ?? 'light';
  page.contentWindow.postMessage({ type: 'theme', kind, variables }, origin);
}
function fromPage(data) {
  if (data.type === 'ready') {
    sendTheme();
  } else if (data.type === 'key') {
    // VS Code listens to this document's keys, not to those of frames in it
    const { key, code, keyCode, ctrlKey, shiftKey, altKey, metaKey, repeat } = data;
    const init = { key, code, keyCode, ctrlKey, shiftKey, altKey, metaKey, repeat, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new KeyboardEvent('keydown', init));
  } else if (data.type === 'address') {
    saved = { ...saved, choices: data.choices };
    editor.setState(saved);
    editor.postMessage(data);
  } else if (data.type === 'save') {
    editor.postMessage(data);
  }
}
function fromEditor(data) {
  if (data.type === 'open') {
    saved = { ...data.saved, choices: saved?.choices };
    editor.setState(saved);
    page.contentWindow.postMessage({ type: 'open', inspection: data.inspection, choices: data.choices }, origin);
  } else if (data.type === 'export') {
    page.contentWindow.postMessage({ type: 'export' }, origin);
  }
}
if (page) {
  addEventListener('message', (event) => {
    if (event.source !== page.contentWindow) {
      fromEditor(event.data);
    } else if (event.origin === origin) {
      fromPage(event.data);
    }
  });
  addEventListener('focus', () => page.focus()); // the keyboard's way in
  new MutationObserver(sendTheme).observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}
</script>
</body>
</html>`;
}
