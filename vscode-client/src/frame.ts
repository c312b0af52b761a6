import { randomBytes } from 'node:crypto';

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** JSON that is safe inside a script element. */
const inScript = (value: unknown) => JSON.stringify(value ?? null).replaceAll('<', '\\u003c');

/**
 * The document of a webview: it frames the server's page, passes it the editor's colours, and keeps the state needed
 * to restore it after a reload. It accepts messages only from the page and from the extension.
 *
 * @param url of the page; undefined if nothing has been visualized yet
 * @param saved state that the editor keeps for a reload
 */
export function frame(url: string | undefined, saved: unknown): string {
  const nonce = randomBytes(16).toString('base64');
  const origin = url === undefined ? "'none'" : new URL(url).origin;
  const policy = `default-src 'none'; frame-src ${origin}; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  const content =
    url === undefined
      ? '<p>Select some text and choose “Visualize Attention” to see what the model looks at.</p>'
      : `<iframe title="Attention" src="${escaped(url)}" sandbox="allow-scripts allow-same-origin allow-forms allow-downloads"></iframe>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<style nonce="${nonce}">
html, body { height: 100%; margin: 0; padding: 0; }
iframe { display: block; width: 100%; height: 100%; border: 0; }
p { padding: 12px; }
</style>
</head>
<body>
${content}
<script nonce="${nonce}">
const editor = acquireVsCodeApi();
const page = document.querySelector('iframe');
const origin = ${inScript(origin)};
editor.setState(${inScript(saved)});
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
if (page) {
  addEventListener('message', (event) => {
    if (event.source === page.contentWindow && event.origin === origin) {
      if (event.data.type === 'ready') {
        sendTheme();
      }
    } else if (event.source !== page.contentWindow && event.data.type === 'open') {
      editor.setState(event.data.saved);
      const { inspection, choices } = event.data;
      page.contentWindow.postMessage({ type: 'open', inspection, choices }, origin);
    }
  });
  new MutationObserver(sendTheme).observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}
</script>
</body>
</html>`;
}
