import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { code as program, setup } from './install.mjs';

/** The environment variable that identifies everything a test starts. */
const MARK = 'HEADLIGHT_TEST';

export interface Options {
  /** A packed extension to install. */
  readonly vsix?: string;
  /** The files of the workspace, by their names. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of the machine that extensions run on, the only ones that count for scope `machine`. */
  readonly machine?: Readonly<Record<string, unknown>>;
  /** Settings of the workspace. */
  readonly folder?: Readonly<Record<string, unknown>>;
  /** Additional environment variables; an undefined one is removed. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Additional arguments of code-server. */
  readonly args?: readonly string[];
  /** Whether the workspace is trusted; it is unless this is false. */
  readonly trusted?: boolean;
}

export interface Process {
  readonly pid: number;
  readonly command: string;
}

export interface Code {
  /** An empty page until it goes to `url`. */
  readonly page: Page;
  /** The open folder. */
  readonly workspace: string;
  /** Where extensions are installed. */
  readonly extensions: string;
  readonly url: string;
  /** Requests of the browser to other machines, none of which can be reached. */
  readonly strangers: readonly string[];
  /** Uncaught errors of the page. */
  readonly errors: readonly string[];
  /** The page's console output. */
  readonly console: readonly string[];
  /** The output of code-server. */
  log(): string;
  /** The text of an extension's output channel. */
  output(channel: string): string;
  /** The processes of this VS Code without the browser: code-server, and what extensions started. */
  processes(): Process[];
  /** Closes the window and VS Code; returns the processes that were left over, after killing them. */
  stop(): Promise<Process[]>;
}

/** Starts a VS Code in a temporary folder, and a browser that can reach nothing else. */
export async function startCode(options: Options): Promise<Code> {
  setup();
  const installed = options.vsix && withInstalled(options.vsix);
  const mark = randomUUID();
  const root = mkdtempSync(path.join(tmpdir(), 'headlight-code-'));
  const folder = (name: string) => {
    const made = path.join(root, name);
    mkdirSync(made, { recursive: true });
    return made;
  };
  const workspace = folder('workspace');
  for (const [name, content] of Object.entries(options.files)) {
    write(path.join(workspace, name), content);
  }
  const trusted = options.trusted ?? true;
  const data = folder('data');
  const extensions = installed ?? folder('extensions');
  const settings = { ...quietSettings(trusted), ...options.settings };
  write(path.join(data, 'User/settings.json'), JSON.stringify(settings));
  write(path.join(data, 'Machine/settings.json'), JSON.stringify(options.machine ?? {}));
  if (options.folder) {
    write(path.join(workspace, '.vscode/settings.json'), JSON.stringify(options.folder));
  }
  write(path.join(root, 'config.yaml'), '');

  const variables = {
    PATH: process.env['PATH'],
    JAVA_HOME: process.env['JAVA_HOME'],
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    HOME: folder('home'),
    TMPDIR: folder('tmp'),
    XDG_RUNTIME_DIR: folder('run'),
    // No extension gallery, which would be queried for updates.
    EXTENSIONS_GALLERY: '{}',
    HF_HUB_OFFLINE: '1',
    // Servers whose threads don't spin while they wait, and whose code is not optimized for long.
    OMP_WAIT_POLICY: 'passive',
    HEADLIGHT_JAVA_OPTS: '-XX:TieredStopAtLevel=1',
    ...options.env,
    [MARK]: mark,
  };
  const env = Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const folders = ['--user-data-dir', data, '--extensions-dir', extensions];
  const base = [program.entry, '--config', path.join(root, 'config.yaml'), ...folders];
  const clean = () => {
    kill(marked(mark));
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  // For a run that ends without stop().
  process.once('exit', clean);

  try {
    const quiet = ['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'];
    // A page that goes while the machine is busy may not get to say so: VS Code would wait hours for its return.
    const grace = ['--reconnection-grace-time', '5'];
    const server = spawn(
      program.node,
      [
        ...base,
        ...['--auth', 'none', '--bind-addr', '127.0.0.1:0'],
        ...quiet,
        ...grace,
        ...(trusted ? ['--disable-workspace-trust'] : []),
        ...(options.args ?? []),
        workspace,
      ],
      { env, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let log = '';
    const listening = new Promise<string>((resolve, reject) => {
      for (const stream of [server.stdout, server.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          log += text;
          const address = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(log)?.[1];
          if (address) {
            resolve(address);
          }
        });
      }
      server.once('error', reject);
      server.once('exit', (status) => reject(new Error(`code-server ended with ${status}:\n${log}`)));
    });
    // The browser starts while the server does.
    const [address, { browser, context }] = await Promise.all([listening, launch(folder('browser'))]);
    const seen = watch(context);

    const page = await context.newPage();
    // Unsaved files don't keep a window open.
    page.on('dialog', (dialog) => (dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss()));

    return {
      page,
      workspace,
      extensions,
      url: `${address}/?folder=${encodeURIComponent(workspace)}`,
      ...seen,
      log: () => log,
      output: (channel) => output(path.join(data, 'logs'), channel),
      processes: () => marked(mark),
      async stop() {
        // Leaving a page closes its window: the extension host ends, and should leave nothing.
        await Promise.all(context.pages().map((each) => each.goto('about:blank')));
        const left = await ended(() => marked(mark).filter(({ command }) => !isOwn(command)));
        await browser.close();
        clean();
        process.off('exit', clean);
        return left;
      },
    };
  } catch (error) {
    clean();
    process.off('exit', clean);
    throw error;
  }
}

/**
 * The folder of extensions in which a packed one is installed: beside it, and once, since unpacking takes longer than a
 * window's start.
 */
function withInstalled(vsix: string): string {
  const root = path.join(path.dirname(vsix), 'installed');
  const folder = path.join(root, 'extensions');
  const stamp = path.join(root, 'stamp');
  const { size, mtimeMs } = statSync(vsix);
  const wanted = `${vsix} ${size} ${mtimeMs}`;
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    rmSync(root, { recursive: true, force: true });
    const config = path.join(root, 'config.yaml');
    write(config, '');
    const folders = ['--user-data-dir', path.join(root, 'data'), '--extensions-dir', folder];
    const install = spawnSync(
      program.node,
      [program.entry, '--config', config, ...folders, '--install-extension', vsix],
      { env: { PATH: process.env['PATH'], HOME: root, EXTENSIONS_GALLERY: '{}' }, encoding: 'utf8' },
    );
    if (install.status !== 0) {
      throw new Error(`${vsix} can't be installed: ${install.stdout}${install.stderr}`);
    }
    writeFileSync(stamp, wanted);
  }
  return folder;
}

/** Settings that stop VS Code from checking for updates, guessing and greeting. */
const quietSettings = (trusted: boolean) => ({
  'chat.disableAIFeatures': true,
  'editor.wordBasedSuggestions': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'git.enabled': false,
  'remote.autoForwardPorts': false,
  'security.workspace.trust.enabled': !trusted,
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'typescript.disableAutomaticTypeAcquisition': true,
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
});

/** Debian's Chromium, or the one in CHROMIUM; it can resolve no other host. */
async function launch(home: string): Promise<{ browser: Browser; context: BrowserContext }> {
  const candidates = [
    process.env['CHROMIUM'],
    '/usr/bin/chromium-headless-shell',
    '/usr/bin/chromium',
    '/usr/bin/google-chrome',
  ];
  const executablePath = candidates.find((file) => file && existsSync(file));
  if (!executablePath) {
    throw new Error(
      'These tests need Chromium: install it (Debian: apt install chromium-headless-shell), or set CHROMIUM to its path.',
    );
  }
  const browser = await chromium.launch({
    executablePath,
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', HOME: home },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--js-flags=--no-maglev,--no-turbofan', // as for the servers: optimizing takes longer than it saves
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    reducedMotion: 'reduce', // each frame of an animation draws the whole window
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  return { browser, context };
}

/** The name under which VS Code's service worker gives webviews files of this machine. */
const RESOURCES = '.vscode-resource.vscode-cdn.net';

/** Records errors in the browser and its requests to other machines. */
function watch(context: BrowserContext): { strangers: string[]; errors: string[]; console: string[] } {
  const seen = { strangers: [] as string[], errors: [] as string[], console: [] as string[] };
  const record = (address: string) => {
    const { protocol, hostname } = new URL(address);
    const isOwn = hostname === '127.0.0.1' || hostname.endsWith(RESOURCES);
    if (/^(https?|wss?):$/.test(protocol) && !isOwn) {
      seen.strangers.push(address);
    }
  };
  // The context's requests are those of every frame and of service workers too.
  context.on('request', (request) => record(request.url()));
  context.on('page', (page) => page.on('websocket', (socket) => record(socket.url())));
  context.on('weberror', (error) => seen.errors.push(String(error.error())));
  context.on('console', (message) => seen.console.push(`${message.type()}: ${message.text()}`));
  return seen;
}

/** A channel's text; VS Code keeps each channel in a file of that name, optionally with a number as a prefix. */
function output(logs: string, channel: string): string {
  if (!existsSync(logs)) {
    return '';
  }
  return readdirSync(logs, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file).replace(/^\d+-/, '') === `${channel}.log`)
    .map((file) => readFileSync(path.join(logs, file), 'utf8'))
    .join('');
}

/** The processes that inherited a mark. */
function marked(mark: string): Process[] {
  const found: Process[] = [];
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const words = (file: string) => readFileSync(`/proc/${name}/${file}`, 'utf8').split('\0');
      if (words('environ').includes(`${MARK}=${mark}`)) {
        found.push({ pid: Number(name), command: words('cmdline').join(' ').trim() });
      }
    } catch {
      // It has ended, or belongs to another user.
    }
  }
  return found;
}

/** Whether a process is code-server itself, or a helper of a built-in extension. */
const isOwn = (command: string) =>
  command.includes(program.entry.replace(/\.js$/, '')) || command.includes('/lib/vscode/extensions/');

/** Waits a while for processes to end; returns those that have not. */
async function ended(running: () => Process[], patience = 30_000): Promise<Process[]> {
  const end = Date.now() + patience;
  for (;;) {
    const left = running();
    if (left.length === 0 || Date.now() > end) {
      return left;
    }
    await pause(50);
  }
}

function kill(processes: Process[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}

function write(file: string, content: string | Uint8Array): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}
