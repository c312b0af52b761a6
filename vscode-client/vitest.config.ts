import { defineConfig } from 'vitest/config';

/** What runs in a real VS Code: one window after the other. */
const inVsCode = {
  globalSetup: ['test/install.mjs'],
  testTimeout: 120_000,
  hookTimeout: 300_000,
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
