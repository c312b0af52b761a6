import { defineConfig } from 'vitest/config';

/** What runs in a real VS Code: one window after the other. */
const inVsCode = {
  globalSetup: ['test/install.mjs'],
  // A test waits for what it needs, however long a busy machine takes: it fails by what is wrong, not by what is slow.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 90_000, interval: 100 } }, // by default, a second
  fileParallelism: false,
};

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { test: { name: 'vscode', include: ['test/**/*.vscode.ts'], ...inVsCode } },
      { test: { name: 'pictures', include: ['test/pictures.ts'], ...inVsCode } },
    ],
  },
});
