import type { ServerOptions } from 'vite';

/** What the server says of its own pages, and what Vite needs beside it: a socket, and styles in the page. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws:;" +
  " base-uri 'none'; form-action 'none'";

/**
 * Serves the page's sources in front of a running Headlight, under the same path: its secret token stays the key.
 *
 * @param address what `headlight web` printed
 */
export function inFrontOf(address: string | undefined): { base: string; server: ServerOptions } {
  const url = address && URL.canParse(address) ? new URL(address) : undefined;
  const base = url && /^\/[0-9a-f]+\//.exec(url.pathname)?.[0];
  if (!url || !base) {
    throw new Error(
      'The page needs a running Headlight: start `headlight web --no-browser "Some text."`, and set HEADLIGHT_URL to the address that it prints.',
    );
  }
  return {
    base,
    server: {
      host: '127.0.0.1',
      headers: { 'Content-Security-Policy': POLICY },
      proxy: { [`${base}api`]: url.origin },
    },
  };
}
