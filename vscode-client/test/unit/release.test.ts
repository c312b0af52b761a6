import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

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

test('the version of the root pom is that of the extension, and the changelog knows it', () => {
  const json = JSON.parse(read('vscode-client/package.json')) as { version: string };
  const lock = JSON.parse(read('vscode-client/package-lock.json')) as {
    version: string;
    packages: Record<string, { version: string }>;
  };
  expect([json.version, lock.version, lock.packages['']?.version]).toEqual([version(), version(), version()]);
  expect(read('docs/CHANGELOG.md')).toContain(`\n## ${version()}`);
});

/** The folders of all modules below one. */
function modules(folder: string): string[] {
  const names = [...read(`${folder}pom.xml`).matchAll(/<module>(.*)<\/module>/g)].map(([, name]) => name);
  return names.flatMap((name) => [`${folder}${name}/`, ...modules(`${folder}${name}/`)]);
}

test('no other pom says a version of its own', () => {
  expect(modules('').length).toBeGreaterThan(6);
  for (const module of modules('')) {
    expect(read(`${module}pom.xml`), module).toMatch(
      /<parent>[^]*<version>\$\{revision\}<\/version>\s*<\/parent>/,
    );
  }
});

test('a dry run says what a release would write, and writes nothing', () => {
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
])('%j is refused in one sentence', (args, sentence) => {
  const { status, stdout, stderr } = release(...args);
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain(sentence);
});
