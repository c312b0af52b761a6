import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';

export const HEADLIGHT =
  process.env['HEADLIGHT'] ??
  path.resolve(import.meta.dirname, '../../server/target/headlight/bin/headlight');
/** The embedded model's weights. */
export const weights = path.resolve(HEADLIGHT, '../../lib/model/model.safetensors');
const SHOTS = path.resolve(import.meta.dirname, '../target/screenshots');

/** Runs the program to its end. */
export function run(...args: string[]): string {
  const result = spawnSync(HEADLIGHT, args, { encoding: 'utf8' });
  if (result.status !== 0) {
    throw new Error(result.stderr);
  }
  return result.stdout;
}

export interface Server {
  /** The address that it printed. */
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts `headlight web`. */
export const serve = (...args: string[]) => started('web', {}, ...args);

/** The same with variables of the environment. */
export const serveWith = (env: Record<string, string>, ...args: string[]) => started('web', env, ...args);

/** Starts `headlight open`. */
export const openFile = (file: string) => started('open', {}, file);

async function started(command: string, env: Record<string, string>, ...args: string[]): Promise<Server> {
  const child = spawn(HEADLIGHT, [command, '--no-browser', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const lines = createInterface({ input: child.stdout! });
  const url = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    child.once('exit', (code) => reject(new Error(`headlight ${command} ended with ${code}`)));
  });
  return {
    url,
    process: child,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill();
        await once(child, 'exit');
      }
    },
  };
}

/** Debian's Chromium, or one that CHROMIUM names. */
export async function launch(): Promise<Browser> {
  const candidates = [
    process.env['CHROMIUM'],
    '/usr/bin/chromium-headless-shell', // the same without a window, which takes a fifth less of the processor
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  const executablePath = candidates.find((file) => file && existsSync(file));
  if (!executablePath) {
    throw new Error(
      'These tests need Chromium: install it (Debian: apt install chromium-headless-shell), or set CHROMIUM to its path.',
    );
  }
  const quiet = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
  ];
  return chromium.launch({
    executablePath,
    args: [...quiet, '--disable-component-update', '--disable-sync'],
  });
}

/** A page's errors, and its requests to other hosts than the server. */
export interface Watch {
  readonly errors: string[];
  readonly strangers: string[];
}

/** Notes every error and every request that leaves this machine. */
export function watch(page: Page): Watch {
  const seen: Watch = { errors: [], strangers: [] };
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') {
      seen.errors.push(message.text());
    }
  });
  page.on('dialog', (dialog) => seen.errors.push(`a dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'file:' && hostname !== '127.0.0.1') {
      seen.strangers.push(request.url());
    }
  });
  return seen;
}

/** Waits until something is drawn whole: `layer-1` of lines, `model`, `layer-1-head-3` of a heatmap, … */
export const settled = (page: Page, what: string) => page.locator(`[data-drawn="${what}"]`).waitFor();

/** Waits until the head view shows a layer, counted from 1. */
export const drawn = (page: Page, layer = 1) => settled(page, `layer-${layer}`);

/** Waits until a page shows an inspection, on any layer. */
export const begun = (page: Page) => page.locator('[data-drawn]').first().waitFor();

/** Saves a picture for reviewers. */
export async function shot(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
}

/** An array that the server sends, as the page asks for it. */
export async function floats(url: string, name: string): Promise<{ shape: number[]; values: Float32Array }> {
  const buffer = await (await fetch(url)).arrayBuffer();
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const [begin, end] = header[name].data_offsets as [number, number];
  return {
    shape: header[name].shape,
    values: new Float32Array(buffer.slice(8 + length + begin, 8 + length + end)),
  };
}

/** Checks weights that a page in a file shows in three decimals: it has them within 0.00005. */
export function expectWritten(shown: readonly string[], exact: readonly number[]): void {
  expect(shown).toHaveLength(exact.length);
  shown.forEach((weight, key) => expect(Math.abs(Number(weight) - exact[key]!)).toBeLessThan(0.00056));
}

/** Opens a text, or a pair, as the page would; returns its number. */
export async function open(server: Server, text: string, pair?: string): Promise<number> {
  const body = JSON.stringify({ text, pair });
  const response = await fetch(`${root(server)}api/inspections`, { method: 'POST', body });
  return ((await response.json()) as { id: number }).id;
}

/** The base address of a server's pages, without the view. */
export const root = (server: Server) => server.url.replace(/#.*/, '');

/** Goes to an inspection, with what its address says to show. */
export async function visit(
  page: Page,
  server: Server,
  id: number,
  shown: string,
  what: string,
): Promise<void> {
  await page.goto(`${root(server)}#inspection=${id}&${shown}`);
  await settled(page, what);
}

/** How many of a canvas's pixels are drawn on. */
export const painted = (page: Page, canvas: string) =>
  page.locator(canvas).evaluate((element: HTMLCanvasElement) => {
    const { data } = element.getContext('2d')!.getImageData(0, 0, element.width, element.height);
    let count = 0;
    for (let i = 3; i < data.length; i += 4) {
      count += data[i]! > 0 ? 1 : 0;
    }
    return count;
  });

/** A wire to a server that can be cut, and mended. */
export async function proxy(
  server: Server,
): Promise<{ url: string; cut(): Promise<void>; mend(): Promise<void> }> {
  const { port, pathname } = new URL(server.url);
  const ends = new Set<Socket>();
  const listen = async (at: number) => {
    const wire = createServer((socket) => {
      const behind = connect(Number(port), '127.0.0.1');
      for (const end of [socket, behind]) {
        ends.add(end);
        end.on('error', () => end.destroy()).on('close', () => ends.delete(end));
      }
      socket.pipe(behind).pipe(socket);
    });
    wire.listen(at, '127.0.0.1');
    await once(wire, 'listening');
    return wire;
  };
  let wire = await listen(0);
  const { port: own } = wire.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}${pathname}`,
    async cut() {
      const closed = once(wire, 'close');
      wire.close();
      ends.forEach((socket) => socket.destroy());
      await closed;
    },
    async mend() {
      wire = await listen(own);
    },
  };
}
