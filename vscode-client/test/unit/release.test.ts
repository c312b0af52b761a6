import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const FILES = [
  'pom.xml',
  'docs/CHANGELOG.md',
  'vscode-client/package.json',
  'vscode-client/package-lock.json',
];

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const version = () => /<revision>(.*)<\/revision>/.exec(read('pom.xml'))?.[1];
const release = (...args: string[]) =>
  spawnSync(process.execPath, [path.join(ROOT, '.ci/release.mjs'), ...args], { encoding: 'utf8' });

test('the root pom and the extension have the same version, and the changelog lists it', () => {
  const json = JSON.parse(read('vscode-client/package.json')) as { version: string };
  const lock = JSON.parse(read('vscode-client/package-lock.json')) as {
    version: string;
    packages: Record<string, { version: string }>;
  };
  expect([json.version, lock.version, lock.packages['']?.version]).toEqual([version(), version(), version()]);
  expect(read('docs/CHANGELOG.md')).toContain(`\n## ${version()}`);
});

/** All module folders below a folder. */
function modules(folder: string): string[] {
  const names = [...read(`${folder}pom.xml`).matchAll(/<module>(.*)<\/module>/g)].map(([, name]) => name);
  return names.flatMap((name) => [`${folder}${name}/`, ...modules(`${folder}${name}/`)]);
}

test('no other pom has a version of its own', () => {
  expect(modules('').length).toBeGreaterThan(6);
  for (const module of modules('')) {
    expect(read(`${module}pom.xml`), module).toMatch(
      /<parent>[^]*<version>\$\{revision\}<\/version>[^]*<\/parent>/,
    );
  }
});

test('a dry run prints what a release would write, and writes nothing', { timeout: 60_000 }, () => {
  const before = FILES.map(read);
  const { status, stdout, stderr } = release('--dry-run', '99.0.0');
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^pom\.xml: <revision>99\.0\.0<\/revision>$/m);
  expect(stdout).toMatch(/^docs\/CHANGELOG\.md: ## 99\.0\.0 \(\d{4}-\d\d-\d\d\)$/m);
  expect(stdout.match(/^vscode-client\/package(-lock)?\.json: "version": "99\.0\.0",$/gm)).toHaveLength(3);
  expect(stdout.trim().split('\n')).toHaveLength(5);
  expect(FILES.map(read)).toEqual(before);
});

test.each([
  [[], 'Say which version'],
  [['next'], 'Say which version'],
  [['0.0.1', '--dry-run'], 'is not newer than'],
  [[version()!, '--dry-run'], 'is not newer than'],
])('%j is rejected with an error message', (args, message) => {
  const { status, stdout, stderr } = release(...args);
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain(message);
});

/** A repository with the files that a release changes, in which all tests pass or all fail. */
function repository(testsPass: boolean) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'release-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  [...FILES, '.ci/release.mjs'].forEach((file) => cpSync(path.join(ROOT, file), path.join(folder, file)));
  const code = testsPass ? 0 : 1;
  writeFileSync(path.join(folder, 'mvnw'), `#!/bin/sh\nexit ${code}\n`, { mode: 0o755 });
  writeFileSync(path.join(folder, 'mvnw.cmd'), `@exit /b ${code}\r\n`);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  git('init', '-q');
  git('config', 'user.name', 'Somebody');
  git('config', 'user.email', 'somebody@example.org');
  git('config', 'core.autocrlf', 'false');
  git('add', '.');
  git('commit', '-q', '-m', 'Begin');
  const run = (version: string) =>
    spawnSync(process.execPath, [path.join(folder, '.ci/release.mjs'), version], { encoding: 'utf8' });
  return { git, run };
}

describe('a release', { timeout: 60_000 }, () => {
  test('is one commit with a tag, once every test passes', () => {
    const { git, run } = repository(true);
    const { status, stdout } = run('99.0.0');
    expect(status).toBe(0);
    expect(stdout).toContain('git push origin HEAD v99.0.0');
    expect(git('log', '--format=%s')).toBe('Release 99.0.0\nBegin');
    expect(git('tag', '--points-at', 'HEAD')).toBe('v99.0.0');
    expect(git('show', '--format=', '--name-only').split('\n').sort()).toEqual([...FILES].sort());
    expect(git('status', '--porcelain')).toBe('');
  });

  test('changes nothing if a test fails', () => {
    const { git, run } = repository(false);
    const { status, stderr } = run('99.0.0');
    expect(status).toBe(1);
    expect(stderr).toContain('nothing was released');
    expect(git('log', '--format=%s')).toBe('Begin');
    expect(git('status', '--porcelain')).toBe('');
  });
});
