// Puts a real VS Code (code-server) and the Node that it wants into target/code-server, from npm alone.
// Once it is there nothing is asked of the network.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const CODE_SERVER = '4.139.1';
const NODE = '24.21.0';

const TARGET = path.resolve(import.meta.dirname, '../target');
const HOME = path.join(TARGET, 'code-server');
const SPDLOG = path.join(import.meta.dirname, 'spdlog.cjs');

const system = process.platform === 'win32' ? 'win' : process.platform;
// The package `node` would only fetch this one, in an install script.
const nodePackage = `node-${system}-${process.arch}`;
const dependencies = { 'code-server': CODE_SERVER, [nodePackage]: NODE };
/** Another version, another machine or another way to install is another install. */
const wanted = createHash('sha256')
  .update(readFileSync(path.join(import.meta.dirname, 'install.mjs')))
  .update(readFileSync(SPDLOG))
  .update(nodePackage)
  .digest('hex');

const packages = (/** @type {string} */ folder) => path.join(folder, 'node_modules');
const stamp = (/** @type {string} */ folder) => path.join(folder, 'installed');

/** Where the parts of an install are. */
export const code = {
  node: path.join(packages(HOME), nodePackage, system === 'win' ? 'bin/node.exe' : 'bin/node'),
  entry: path.join(packages(HOME), 'code-server/out/node/entry.js'),
};

/** Whether it is there, whole and as this file would make it. */
export const installed = () => existsSync(stamp(HOME)) && readFileSync(stamp(HOME), 'utf8') === wanted;

/** Installs it if it isn't. The name is Vitest's for what runs before all tests. */
export function setup() {
  if (installed()) {
    return;
  }
  console.log(`Installing code-server ${CODE_SERVER} into ${HOME}, once …`);
  mkdirSync(TARGET, { recursive: true });
  // Created aside and moved when complete, so that no partial install is ever seen.
  const aside = mkdtempSync(path.join(TARGET, 'code-server-'));
  try {
    writeFileSync(path.join(aside, 'package.json'), JSON.stringify({ private: true, dependencies }));
    npmInstall(aside);
    // Its own install script would do this, and compile native parts; the tests miss but one of them.
    const vscode = path.join(packages(aside), 'code-server/lib/vscode');
    npmInstall(vscode, '--omit=dev');
    copyFileSync(SPDLOG, path.join(packages(vscode), '@vscode/spdlog/index.js'));
    writeFileSync(stamp(aside), wanted);
    rmSync(HOME, { recursive: true, force: true });
    try {
      renameSync(aside, HOME);
    } catch (error) {
      // Another run may have been faster.
      if (!installed()) {
        throw error;
      }
    }
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @param {...string} more
 */
function npmInstall(folder, ...more) {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const args = ['install', '--ignore-scripts', '--prefer-offline', ...quiet, ...more];
  // npm passes its own path when it runs this; without it, npm is a batch file on Windows.
  const npm = process.env['npm_execpath'];
  const [program, script] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const result = spawnSync(program, [...script, ...args], { cwd: folder, encoding: 'utf8' });
  if (result.status !== 0) {
    throw new Error(`npm ${args.join(' ')}, in ${folder}:\n${result.error ?? result.stderr}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setup();
}
