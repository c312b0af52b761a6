import { describe, expect, test } from 'vitest';
import { frame } from '../../src/frame.ts';

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

  test('keeps the state for a reload', () => {
    expect(frame(URL, { uri: 'file:///a', choices: '&layer=7' })).toContain(
      'let saved = {"uri":"file:///a","choices":"&layer=7"};',
    );
    expect(frame(URL, undefined)).toContain('let saved = null;');
  });
});
