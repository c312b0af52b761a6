import { buildSync } from 'esbuild';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runInHost } from './inHost.ts';
import { SMALL_MODEL, VSIX } from './product.ts';

const SUITE = path.resolve(import.meta.dirname, '../target/host-suite.cjs');

test('inside the extension host, with VS Code’s own API', { timeout: 300_000 }, async () => {
  buildSync({
    entryPoints: [path.join(import.meta.dirname, 'host/suite.ts')],
    bundle: true,
    platform: 'node',
    external: ['vscode'],
    outfile: SUITE,
  });
  const results = await runInHost({
    vsix: VSIX,
    files: {},
    suite: SUITE,
    env: { HEADLIGHT_OTHER_MODEL: SMALL_MODEL },
    timeout: 240_000,
  });
  for (const { claim, ms, error } of results) {
    console.log(`${error ? '×' : '✓'} ${claim} ${ms} ms`);
    expect.soft(error, claim).toBeUndefined();
  }
  expect(results.length).toBeGreaterThan(10);
});
