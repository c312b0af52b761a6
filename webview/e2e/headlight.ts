import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Browser, type Page } from 'playwright-core';

const HEADLIGHT =
  process.env['HEADLIGHT'] ??
  path.resolve(import.meta.dirname, '../../server/target/headlight/bin/headlight');
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
export async function serve(...args: string[]): Promise<Server> {
  const child = spawn(HEADLIGHT, ['web', '--no-browser', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout! });
  const url = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    child.once('exit', (code) => reject(new Error(`headlight web ended with ${code}`)));
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
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  const executablePath = candidates.find((file) => file && existsSync(file));
  if (!executablePath) {
    throw new Error(
      'These tests need Chromium: install it (Debian: apt install chromium), or set CHROMIUM to its path.',
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

/** What went wrong in a page, and whom it asked beside the server. */
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

/** Waits until the head view shows a layer, counted from 1. */
export const drawn = (page: Page, layer = 1) =>
  page.locator(`.head-view[data-layer="${layer - 1}"]`).waitFor({ timeout: 20_000 });

/** Keeps a picture for people to look at. */
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
