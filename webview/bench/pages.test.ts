import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { errors, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, serve, watch, type Server } from '../e2e/headlight.ts';

/**
 * How long a person waits for the views, from navigation to the first complete frame, with a model of bert-base's size
 * (12 layers × 12 heads, random weights) and the server warm: `npm run bench`, after `mvn package` and
 * `mvn -pl webview,server -DskipTests test-compile`. Prints tables; docs/performance.md has them.
 *
 * If the variable BERTVIZ names a folder with BertViz and the libraries that its pages load, BertViz's pages of the same
 * numbers are opened in turn with Headlight's, in the same Chromium. To make such a folder:
 *
 *     python3 -m venv FOLDER && FOLDER/bin/pip install bertviz==1.4.1 numpy
 *     npm --prefix FOLDER install d3@5.7.0 jquery@2.1.0 requirejs@2.3.6
 *
 * These are the versions that BertViz asks for, but jQuery's, which is 2.0.0: npm has none older. It fills a list and
 * empties an element there. `BERTVIZ=FOLDER npm run bench -- -t BertViz` measures that alone. Nothing is fetched.
 */
const ROOT = path.resolve(import.meta.dirname, '../..');
const CHECKPOINT = process.env['CHECKPOINT'] ?? path.join(ROOT, 'server/target/bert-base');
const TOKENS = (process.env['BENCH_TOKENS'] ?? '16,128,512').split(',').map(Number);
const RUNS = Number(process.env['BENCH_RUNS'] ?? 7);
const BERTVIZ = process.env['BERTVIZ'];
const BERTVIZ_PAGES =
  process.env['BENCH_BERTVIZ'] ?? '16 model,64 model,128 model,16 head,128 head,256 head,512 head';
/** Seconds after which a page of BertViz's is given up, and after which no other of the same length is begun. */
const [LIMIT, ENOUGH] = [Number(process.env['BENCH_LIMIT'] ?? 180), 60];

let server: Server;
let browser: Browser;
let made = 0;
const rows: string[] = [];
const compared: string[] = [];

beforeAll(async () => {
  if (BERTVIZ && !existsSync(path.join(BERTVIZ, 'bin/python'))) {
    throw new Error(`BERTVIZ names ${BERTVIZ}, which has no bin/python: pages.test.ts says how to make it.`);
  }
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
  const tables = [
    '| tokens | view | first frame | API bytes | layer change | hover: lines | hover: numbers |',
    '| ---: | --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
    '',
    ...(BERTVIZ
      ? [
          '| tokens | view | Headlight | BertViz | ratio | BertViz draws | its page | its call of Python | rounds |',
          '| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
          ...compared,
        ]
      : ['BertViz was not measured: BERTVIZ does not name a folder with it.']),
  ].join('\n');
  mkdirSync(path.join(ROOT, 'webview/target'), { recursive: true });
  writeFileSync(path.join(ROOT, 'webview/target/bench.md'), `${tables}\n`);
  console.log(tables);
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

const frame = async (page: Page, key: string, limit = 30) => {
  const handle = await page.waitForFunction(
    (name) => (window as never as { frames_: Record<string, number> }).frames_[name],
    key,
    { timeout: limit * 1000 },
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

async function measure(view: string, id: number): Promise<Measured> {
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
    await measure(view, await open(tokens)); // warm
    const runs: Measured[] = [];
    for (let i = 0; i < RUNS; i++) {
      runs.push(await measure(view, await open(tokens)));
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

/** Runs in the page: notes the frame that shows what BertViz draws, all of it in one task. */
function watchLines(): void {
  const frames: Record<string, number> = {};
  Object.assign(window, { frames_: frames });
  const look = () => {
    if (document.querySelector('#vis > svg')) {
      setTimeout(() => (frames['lines'] ??= performance.now()));
    } else {
      requestAnimationFrame(look);
    }
  };
  requestAnimationFrame(look);
}

interface Drawn {
  /** From navigation to the first complete frame, if it came in time. */
  first: number | undefined;
  /** The call in Python that made the page. */
  call: number;
  bytes: number;
  lines: number;
}

/** Opens BertViz's page of an inspection's numbers. */
async function measureBertviz(view: string, id: number): Promise<Drawn> {
  const folder = path.join(ROOT, 'webview/target/bertviz');
  mkdirSync(folder, { recursive: true });
  const [arrays, file] = [path.join(folder, 'attention.safetensors'), path.join(folder, 'page.html')];
  const response = await fetch(`${server.url}api/inspections/${id}/export/attention.safetensors`);
  writeFileSync(arrays, Buffer.from(await response.arrayBuffer()));
  const script = path.join(import.meta.dirname, 'bertviz_page.py');
  const libraries = path.join(BERTVIZ!, 'node_modules');
  const said = execFileSync(path.join(BERTVIZ!, 'bin/python'), [script, arrays, view, '5', libraries, file], {
    encoding: 'utf8',
  });
  const call = 1000 * (JSON.parse(said) as { seconds: number }).seconds;
  const drawn: Drawn = { first: undefined, call, bytes: statSync(file).size, lines: 0 };
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const seen = watch(page);
  await page.addInitScript(watchLines);
  try {
    await page.goto(pathToFileURL(file).href, { waitUntil: 'commit' });
    drawn.first = await frame(page, 'lines', LIMIT);
    drawn.lines = await page.evaluate(() => document.querySelectorAll('line').length);
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) {
      throw error;
    }
  }
  expect(seen).toEqual({ errors: [], strangers: [] });
  await page.close();
  return drawn;
}

const seconds = (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

test.skipIf(!BERTVIZ).each(BERTVIZ_PAGES.split(',').map((page) => page.split(' ') as [string, string]))(
  'BertViz: %s tokens, %s view',
  async (length, view) => {
    const tokens = Number(length);
    await measure(view, await open(tokens)); // warm
    const [ours, theirs]: [number[], Drawn[]] = [[], []];
    const start = performance.now();
    do {
      const id = await open(tokens);
      ours.push((await measure(view, id)).first);
      theirs.push(await measureBertviz(view, id));
    } while (ours.length < RUNS && performance.now() - start < ENOUGH * 1000);
    const heads = view === 'model' ? 144 : 12;
    const all = theirs.flatMap(({ first, lines }) => {
      expect(lines).toBe(first === undefined ? 0 : heads * tokens * tokens);
      return first ?? [];
    });
    const [first, call] = [median(ours), median(theirs.map((drawn) => drawn.call))];
    const whole = all.length === theirs.length;
    const [least, bertviz] = whole ? ['', median(all)] : ['> ', LIMIT * 1000];
    compared.push(
      `| ${[
        tokens,
        view,
        seconds(first),
        least + seconds(bertviz),
        `${least}${(bertviz / first).toFixed(bertviz < 10 * first ? 1 : 0)}`,
        `${(heads * tokens * tokens).toLocaleString('en')} lines`,
        `${(theirs[0]!.bytes / 1e6).toFixed(0)} MB`,
        seconds(call),
        theirs.length,
      ].join(' | ')} |`,
    );
  },
  1_200_000,
);
