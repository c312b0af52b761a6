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
    }
  | {
      /** The user wants what failed to be tried again. */
      readonly type: 'again';
    };

/** What is in the webview until something has been visualized. */
const NOTHING_YET = `<p>Select some text, or put the cursor in a paragraph, to see what the model looks at.</p>
<p><a class="button" href="command:headlight.visualizeAttention">Visualize Attention</a></p>
<p><a href="command:headlight.openSample">Open a sample text</a></p>`;

/**
 * The document of a webview: it frames the server's page, passes it the editor's colours, passes on the keys that the
 * page has no use for, and keeps the state needed to restore it after a reload. It accepts messages only from the page
 * and from the extension.
 *
 * @param url of the page; undefined if there is none
 * @param saved state that the editor keeps for a reload; `kept` for what it has kept, with whose choices the page begins
 * @param otherwise what is there if there is no page
 */
export function frame(
  url: string | undefined,
  saved: object | 'kept' | undefined,
  otherwise: string = NOTHING_YET,
): string {
  const nonce = randomBytes(16).toString('base64');
  const origin = url === undefined ? "'none'" : new URL(url).origin;
  const policy = `default-src 'none'; frame-src ${origin}; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  const content =
    url === undefined
      ? otherwise
      : `<iframe title="Attention" sandbox="allow-scripts allow-same-origin allow-forms allow-downloads"></iframe>`;
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
.button { display: block; box-sizing: border-box; width: 100%; max-width: 300px; padding: 4px 8px;
  border: 0; border-radius: 2px; font: inherit; text-align: center; cursor: pointer;
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
const isKept = ${inScript(saved === 'kept')};
let saved = isKept ? (editor.getState() ?? null) : ${inScript(saved)};
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
let isReady = false;
let waiting; // what was asked for while the page was loading, and could not hear it
function show(message) {
  if (isReady) {
    page.contentWindow.postMessage(message, origin);
  } else {
    waiting = message;
  }
}
function fromPage(data) {
  if (data.type === 'ready') {
    sendTheme();
    isReady = true;
    if (waiting) {
      show(waiting);
      waiting = undefined;
    }
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
    show({ type: 'open', inspection: data.inspection, choices: data.choices });
  } else if (data.type === 'export') {
    page.contentWindow.postMessage({ type: 'export' }, origin);
  }
}
document.querySelector('#again')?.addEventListener('click', () => editor.postMessage({ type: 'again' }));
if (page) {
  addEventListener('message', (event) => {
    if (event.source !== page.contentWindow) {
      fromEditor(event.data);
    } else if (event.origin === origin) {
      fromPage(event.data);
    }
  });
  // the keyboard's way in, which Chromium ignores while it is still giving this window the focus
  addEventListener('focus', () => setTimeout(() => document.hasFocus() && page.contentWindow.focus()));
  page.src = ${inScript(url)} + ((isKept && saved?.choices) || '');
  new MutationObserver(sendTheme).observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}
</script>
</body>
</html>`;
}

/** The same, if there is no page because something failed. */
export const failed = (sentence: string) =>
  frame(
    undefined,
    'kept',
    `<p role="alert">${escaped(sentence)}</p>\n<p><button class="button" id="again">Try Again</button></p>`,
  );
