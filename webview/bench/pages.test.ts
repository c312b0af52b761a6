import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { launch, serve, type Server } from '../e2e/headlight.ts';

/**
 * How long a person waits for the views, from navigation to the first complete frame, with a model of bert-base's size
 * (12 layers × 12 heads, random weights) and the server warm: `npm run bench`, after `mvn package` and
 * `mvn -pl webview,server -DskipTests test-compile`. Prints a table; docs/performance.md has one.
 */
const ROOT = path.resolve(import.meta.dirname, '../..');
const CHECKPOINT = process.env['CHECKPOINT'] ?? path.join(ROOT, 'server/target/bert-base');
const TOKENS = (process.env['BENCH_TOKENS'] ?? '16,128,512').split(',').map(Number);
const RUNS = Number(process.env['BENCH_RUNS'] ?? 7);

let server: Server;
let browser: Browser;
let made = 0;
const rows: string[] = [];

beforeAll(async () => {
  if (!existsSync(path.join(CHECKPOINT, 'tokenizer.json'))) {
    mkdirSync(CHECKPOINT, { recursive: true });
    const program = path.join(ROOT, 'server/target');
    const classpath = [
      `${program}/test-classes`,
      `${program}/headlight/lib/*`,
      `${program}/headlight/lib/djl`,
    ].join(path.delimiter);
    execFileSync('java', ['-cp', classpath, 'dev.headlight.testing.RandomCheckpoint', CHECKPOINT]);
  }
  server = await serve('--model', CHECKPOINT);
  browser = await launch();
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  const table = [
    '| tokens | view | first frame | API bytes | layer change | hover: lines | hover: numbers |',
    '| ---: | --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
  mkdirSync(path.join(ROOT, 'webview/target'), { recursive: true });
  writeFileSync(path.join(ROOT, 'webview/target/bench.md'), `${table}\n`);
  console.log(table);
});

/** Opens a text of so many tokens, one that was not looked at before. */
async function open(tokens: number): Promise<number> {
  const letter = (number: number) => String.fromCharCode(97 + (number % 26));
  const [first, second] = [letter(made), letter(Math.floor(made / 26))];
  made++;
  const words = [first, second, ...Array.from({ length: tokens - 4 }, () => 'the')];
  const response = await fetch(`${server.url}api/inspections`, {
    method: 'POST',
    body: JSON.stringify({ text: words.join(' ') }),
  });
  const inspection = (await response.json()) as { id: number; tokens: unknown[] };
  if (inspection.tokens.length !== tokens) {
    throw new Error(`${inspection.tokens.length} tokens instead of ${tokens}`);
  }
  return inspection.id;
}

/** Runs in the page: notes when something was drawn whole, and the frame after it was shown. */
function watchFrames(): void {
  const frames: Record<string, number> = {};
  Object.assign(window, { frames_: frames });
  const note = (key: string) =>
    requestAnimationFrame(() => setTimeout(() => (frames[key] ??= performance.now())));
  new MutationObserver((changes) => {
    for (const { target, attributeName } of changes) {
      const { drawn, token } = (target as HTMLElement).dataset;
      if (attributeName === 'data-drawn' && drawn) {
        note(drawn);
      } else if (attributeName === 'data-token' && token) {
        note(`token-${token}`);
      }
    }
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-drawn', 'data-token'] });
  const began = (event: Event) => {
    frames[event.type] = event.timeStamp;
    delete frames[`${event.type}-frame`];
    note(`${event.type}-frame`); // whatever is drawn at once is in this frame
  };
  document.addEventListener('pointerover', began, true);
  document.addEventListener('change', began, true);
}

const frame = async (page: Page, key: string) => {
  const handle = await page.waitForFunction(
    (name) => (window as never as { frames_: Record<string, number> }).frames_[name],
    key,
  );
  return (await handle.jsonValue())!;
};

const began = (page: Page, type: string) =>
  page.evaluate((name) => (window as never as { frames_: Record<string, number> }).frames_[name]!, type);

interface Measured {
  first: number;
  bytes: number;
  layer: number;
  lines: number;
  numbers: number;
}

async function measure(view: string, tokens: number): Promise<Measured> {
  const id = await open(tokens);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.addInitScript(watchFrames);
  await page.goto(`${server.url}#inspection=${id}&view=${view}&layer=6&head=4`);
  const names: Record<string, string> = {
    head: 'layer-6',
    model: 'model',
    neuron: 'layer-6-head-4-token-1',
    heatmap: 'layer-6-head-4',
  };
  const first = await frame(page, names[view]!);
  const bytes = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.includes('/api/') && !name.endsWith('/events'))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
  );
  const measured = { first, bytes, layer: NaN, lines: NaN, numbers: NaN };
  if (view === 'head') {
    const places = await page
      .locator('.column.query .token')
      .evaluateAll((tokens) =>
        tokens.slice(0, 12).map((token) => token.getBoundingClientRect().toJSON() as DOMRect),
      );
    const point = ({ left, top, height }: DOMRect) => page.mouse.move(left + 20, top + height / 2);
    await point(places[5]!);
    await frame(page, 'token-5');
    await page.waitForTimeout(300);
    await point(places[8]!);
    measured.numbers = (await frame(page, 'token-8')) - (await began(page, 'pointerover'));
    measured.lines = (await frame(page, 'pointerover-frame')) - (await began(page, 'pointerover'));
    await page.mouse.move(2, 2);
    await page.getByRole('radio', { name: 'Layer 7', exact: true }).check({ force: true });
    measured.layer = (await frame(page, 'layer-7')) - (await began(page, 'change'));
  }
  await page.close();
  return measured;
}

const median = (numbers: number[]) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

test.each(
  TOKENS.flatMap((tokens) =>
    (process.env['BENCH_VIEWS'] ?? 'head,model,neuron,heatmap')
      .split(',')
      .map((view) => [tokens, view] as const),
  ),
)(
  '%i tokens, %s view',
  async (tokens, view) => {
    await measure(view, tokens); // warm
    const runs: Measured[] = [];
    for (let i = 0; i < RUNS; i++) {
      runs.push(await measure(view, tokens));
    }
    const ms = (of: keyof Measured) => {
      const value = median(runs.map((run) => run[of]));
      return Number.isNaN(value) ? '' : `${Math.round(value)} ms`;
    };
    const bytes = median(runs.map((run) => run.bytes)).toLocaleString('en');
    rows.push(
      `| ${tokens} | ${view} | ${ms('first')} | ${bytes} | ${ms('layer')} | ${ms('lines')} | ${ms('numbers')} |`,
    );
  },
  300_000,
);
