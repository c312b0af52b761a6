import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Packs the extension with the server for one platform: `node package.mjs [linux-x86_64]`, after
 * `mvn package -Dnative.platform=linux-x86_64`.
 */
const TARGETS = {
  'linux-x86_64': 'linux-x64',
  'linux-aarch64': 'linux-arm64',
  'osx-aarch64': 'darwin-arm64',
  'win-x86_64': 'win32-x64',
};
const here = import.meta.dirname;
const platform = process.argv[2] ?? 'linux-x86_64';
const target = TARGETS[platform];
if (!target) {
  console.error(`There is no platform ${platform}: choose one of ${Object.keys(TARGETS).join(', ')}.`);
  process.exit(1);
}
rmSync(path.join(here, 'server'), { recursive: true, force: true });
cpSync(path.join(here, '../server/target/headlight'), path.join(here, 'server'), { recursive: true });
cpSync(path.join(here, '../LICENSE'), path.join(here, 'LICENSE'));
mkdirSync(path.join(here, 'target'), { recursive: true });
const vsix = path.join(here, 'target', `headlight-${target}.vsix`);
const vsce = path.join(here, 'node_modules/@vscode/vsce/vsce');
const options = [
  'package',
  '--no-dependencies',
  '--allow-missing-repository',
  '--target',
  target,
  '--out',
  vsix,
];
const { status } = spawnSync(process.execPath, [vsce, ...options], { cwd: here, stdio: 'inherit' });
if (status === 0) {
  console.log(`${vsix}: ${(statSync(vsix).size / 1e6).toFixed(0)} MB`);
}
process.exit(status ?? 1);
