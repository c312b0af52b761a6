import path from 'node:path';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inFrontOf } from '../dev.ts';
import { drawn, open, root } from './headlight.ts';
import { page, server, stage } from './stage.ts';

stage(1000, 800);

let vite: ViteDevServer;
let address: string;

beforeAll(async () => {
  process.env['HEADLIGHT_URL'] = server.url;
  vite = await createServer({
    root: path.resolve(import.meta.dirname, '..'),
    mode: 'development',
    logLevel: 'error',
    server: { port: 0 },
  });
  await vite.listen();
  address = vite.resolvedUrls!.local[0]!;
});
afterAll(async () => {
  await vite?.close();
  delete process.env['HEADLIGHT_URL'];
});

test('the page served from its sources shows a running server’s inspections', async () => {
  const id = await open(server, 'The cat sat on the mat.');
  await page.goto(`${address}#inspection=${id}`);
  await drawn(page);
  expect(new URL(address).pathname).toBe(new URL(root(server)).pathname);
});

test('a changed source is reloaded, and the view is kept', async () => {
  const id = await open(server, 'The cat sat on the mat.');
  await page.goto(`${address}#inspection=${id}&layer=2`);
  await drawn(page, 2);
  const loaded = page.waitForEvent('load');
  vite.watcher.emit('change', path.resolve(import.meta.dirname, '../src/main.ts'));
  await loaded;
  await drawn(page, 2);
});

test('requests without the token get nothing', async () => {
  const { origin } = new URL(address);
  const answer = await fetch(`${origin}/api/inspections/1`);
  expect(answer.status).toBe(404);
});

test('without the address of a server it says how to get one', () => {
  expect(() => inFrontOf(undefined)).toThrow('set HEADLIGHT_URL to the address');
  expect(() => inFrontOf('http://127.0.0.1:1234/')).toThrow('set HEADLIGHT_URL to the address');
});
