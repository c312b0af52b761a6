import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { inFrontOf } from './dev.ts';

/** Where the server's build takes the pages from. */
const outDir = 'target/pages';

/**
 * The environment of servers in tests. Threads that spin while they wait would take the processor from the browser, and
 * the optimizing compiler would take it for code that soon ends.
 */
const SERVERS = { OMP_WAIT_POLICY: 'passive', HEADLIGHT_JAVA_OPTS: '-XX:TieredStopAtLevel=1' };

const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * Puts scripts and styles into the page itself, so that it is one file that needs nothing else, under a policy that
 * lets these run and nothing else.
 */
function inOneFile(): Plugin {
  return {
    name: 'in-one-file',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const page = Object.values(bundle).find((file) => file.fileName.endsWith('.html'));
      if (page?.type !== 'asset') {
        throw new Error('there is no page to put things into');
      }
      let html = String(page.source);
      const allowed = { script: [] as string[], style: [] as string[] };
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk') {
          const code = file.code.replaceAll('</script', '<\\/script');
          allowed.script.push(sha256(code));
          html = html.replace(/<script type="module"[^>]*><\/script>/, '');
          html = html.replace('</body>', () => `<script type="module">${code}</script></body>`);
        } else if (file.fileName.endsWith('.css')) {
          const css = String(file.source);
          allowed.style.push(sha256(css));
          html = html.replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${css}</style>`);
        } else {
          continue;
        }
        delete bundle[file.fileName];
      }
      const policy = `default-src 'none'; img-src data:; script-src ${allowed.script.join(' ')}; style-src ${allowed.style.join(' ')}`;
      page.source = html.replace(
        '<meta charset="utf-8" />',
        `<meta charset="utf-8" /><meta http-equiv="Content-Security-Policy" content="${policy}" />`,
      );
    },
  };
}

export default defineConfig(({ mode }) => ({
  base: './',
  ...(mode === 'development' && inFrontOf(process.env['HEADLIGHT_URL'])),
  plugins: mode === 'export' ? [inOneFile()] : [],
  build: {
    outDir,
    emptyOutDir: mode !== 'export',
    modulePreload: { polyfill: false },
    rollupOptions: { input: mode === 'export' ? 'export.html' : 'index.html' },
    target: 'es2022',
    cssCodeSplit: false,
  },
  test: {
    projects: [
      {
        test: {
          name: 'pictures',
          include: ['pictures/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'bench', include: ['bench/*.test.ts'], fileParallelism: false } },
      { test: { name: 'unit', include: ['test/**/*.test.ts'] } },
      {
        test: {
          name: 'browser',
          include: ['e2e/**/*.test.ts'],
          env: SERVERS,
          // A test waits for what it needs, however long a busy machine takes: it fails by what is wrong, not by what is slow.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 60_000 } }, // by default, a second
          fileParallelism: false, // beside them runs a real VS Code, which takes as long
        },
      },
    ],
  },
}));
