import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startCode, type Code, type Options } from './code.ts';

export interface HostOptions extends Options {
  /** The folder of the extension; the installed `vsix` if omitted. */
  readonly extension?: string;
  /** A CommonJS file whose exports are tests by their claims: `exports['a claim'] = async () => { … }`. */
  readonly suite: string;
  /** The time limit for all tests, in milliseconds. */
  readonly timeout?: number;
}

export interface Result {
  readonly claim: string;
  readonly ms: number;
  /** What went wrong, with its stack. */
  readonly error?: string;
}

/** Runs tests inside VS Code's extension host, where `require('vscode')` is the real one. */
export async function runInHost(options: HostOptions): Promise<Result[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'headlight-results-'));
  const results = path.join(folder, 'results.json');
  const code = await startCode({
    ...options,
    env: { ...options.env, HEADLIGHT_SUITE: options.suite, HEADLIGHT_RESULTS: results },
    args: [...(options.args ?? []), '--vscode-option', 'enable-smoke-test-driver'],
  });
  try {
    await testsEnd(code, options);
    return JSON.parse(readFileSync(results, 'utf8')) as Result[];
  } finally {
    await code.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Opens VS Code as `code --extensionDevelopmentPath=… --extensionTestsPath=…` does, until it reports the end. */
async function testsEnd(code: Code, options: HostOptions): Promise<void> {
  const { timeout = 60_000 } = options;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const output = () => [...code.console.slice(-20), code.log().slice(-2_000)].join('\n');
    timer = setTimeout(
      () => reject(new Error(`the tests did not end within ${timeout} ms:\n${output()}`)),
      timeout,
    );
  });
  const finished = new Promise<void>((resolve) => {
    // VS Code calls these when tests drive it.
    void code.page.exposeFunction('codeAutomationExit', () => resolve());
    void code.page.exposeFunction('codeAutomationLog', () => undefined);
  });
  const remote = (file: string) => `vscode-remote://${new URL(code.url).host}${file}`;
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', remote(options.extension ?? installedIn(code.extensions))],
    ['extensionTestsPath', remote(path.join(import.meta.dirname, 'runner.cjs'))],
  ]);
  try {
    await code.page.goto(`${code.url}&payload=${encodeURIComponent(payload)}`);
    await Promise.race([finished, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The only installed extension. */
function installedIn(extensions: string): string {
  const [first, ...more] = readdirSync(extensions, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith('.'),
  );
  if (!first || more.length > 0) {
    throw new Error('to run tests in the extension host, name an extension or a .vsix');
  }
  return path.join(extensions, first.name);
}
