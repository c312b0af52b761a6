import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { failed, frame } from '../../src/frame.ts';

const URL = 'http://127.0.0.1:4711/proxy/1/abc/#inspection=1';

describe('the frame around a page', () => {
  test('allows only the page’s origin and its own script', () => {
    const html = frame(URL, undefined);
    expect(html).toContain("frame-src http://127.0.0.1:4711; style-src 'nonce-");
    const nonces = [...html.matchAll(/nonce="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(nonces).size).toBe(1);
    expect(html).toContain(`'nonce-${nonces[0]}'`);
    expect(frame(URL, undefined)).not.toContain(nonces[0]!);
  });

  test('contains nothing that ends its script or an attribute', () => {
    const html = frame('http://127.0.0.1:1/"><script>x</script>', { uri: 'file:///</script><b>' });
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html.match(/<\/script>/g)).toHaveLength(1);
    expect(html).not.toContain('<b>');
  });

  test('says what to do if there is no page yet', () => {
    const html = frame(undefined, undefined);
    expect(html).toContain('href="command:headlight.visualizeAttention"');
    expect(html).toContain("frame-src 'none'");
    expect(html).not.toContain('<iframe');
  });

  test('begins with the choices that the editor kept, if it is told to', () => {
    const html = frame(URL, 'kept');
    expect(html).toContain('const isKept = true;');
    expect(html).toContain('let saved = isKept ? (editor.getState() ?? null) : "kept";');
    expect(frame(URL, { uri: 'file:///a' })).toContain('const isKept = false;');
  });

  test('says what failed, as text, and offers to try again', () => {
    const html = failed('<b>.json holds no attention.');
    expect(html).toContain('<p role="alert">&lt;b&gt;.json holds no attention.</p>');
    expect(html).toContain('id="again"');
    expect(html).not.toContain('<iframe');
  });

  test('keeps the state for a reload', () => {
    expect(frame(URL, { uri: 'file:///a', choices: '&layer=7' })).toContain(
      '{"uri":"file:///a","choices":"&layer=7"};',
    );
    expect(frame(URL, undefined)).toContain('let saved = isKept ? (editor.getState() ?? null) : null;');
  });

  test('what is asked for while the page loads is opened once it is ready, and later at once', () => {
    const { page, send } = run(frame(URL, undefined));
    const ask = (inspection: number) => send({ source: undefined, data: { type: 'open', inspection } });
    ask(2);
    ask(3);
    expect(page.contentWindow.received).toEqual([]);
    send({ source: page.contentWindow, origin: 'http://127.0.0.1:4711', data: { type: 'ready' } });
    const opened = () =>
      page.contentWindow.received.filter(({ type }) => type === 'open').map(({ inspection }) => inspection);
    expect(opened()).toEqual([3]);
    ask(4);
    expect(opened()).toEqual([3, 4]);
  });
});

interface Received {
  readonly type: string;
  readonly inspection?: number;
}

/** Runs the frame's script in a document with nothing but the page. */
function run(html: string) {
  const script = /<script nonce="[^"]+">(.*)<\/script>/s.exec(html)![1]!;
  const received: Received[] = [];
  const page = {
    src: '',
    contentWindow: { received, postMessage: (message: Received) => received.push(message) },
  };
  let send: (event: object) => void = () => {};
  runInNewContext(script, {
    acquireVsCodeApi: () => ({ setState: () => {}, postMessage: () => {} }),
    document: {
      documentElement: { style: [] },
      body: { dataset: {} },
      querySelector: (selector: string) => (selector === 'iframe' ? page : null),
    },
    addEventListener: (type: string, listen: typeof send) => {
      send = type === 'message' ? listen : send;
    },
    MutationObserver: class {
      observe() {}
    },
  });
  return { page, send: (event: object) => send(event) };
}
