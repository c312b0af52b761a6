// Makes a release: node .ci/release.mjs 0.2.0 [--dry-run]
// Writes the version where it stands, closes the changelog's section, runs every test, commits, and tags.
// It pushes nothing. With --dry-run it changes nothing either, and prints what it would write.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const POM = 'pom.xml';
const CHANGELOG = 'docs/CHANGELOG.md';
/** These follow the root pom. */
const PACKAGES = ['vscode-client/package.json', 'vscode-client/package-lock.json'];

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

const read = (file) => readFileSync(path.join(root, file), 'utf8');
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
const numbers = (version) => version.split('.').map(Number);

function isNewer(version, than) {
  const [a, b] = [numbers(version), numbers(than)];
  const at = a.findIndex((number, i) => number !== b[i]);
  return at >= 0 && a[at] > b[at];
}

const args = process.argv.slice(2);
const dryRun = args.includes('--dry-run');
const version = args.find((arg) => arg !== '--dry-run') ?? '';
if (!/^\d+\.\d+\.\d+$/.test(version)) {
  fail('Say which version: node .ci/release.mjs 0.2.0 [--dry-run]');
}
const pom = read(POM);
const before = /<revision>(.*)<\/revision>/.exec(pom)[1];
if (!isNewer(version, before)) {
  fail(`${version} is not newer than ${before}, the version in ${POM}.`);
}
const changelog = read(CHANGELOG);
if (!/^## Unreleased\n\n- /m.test(changelog)) {
  fail(`${CHANGELOG} says nothing of what is new: write it below "## Unreleased".`);
}
if (!dryRun && git('status', '--porcelain') !== '') {
  fail('There are uncommitted changes: commit them first.');
}

const today = new Date().toISOString().slice(0, 10);
const files = new Map([
  [POM, pom.replace(`<revision>${before}<`, `<revision>${version}<`)],
  [CHANGELOG, changelog.replace('## Unreleased\n', `## Unreleased\n\n## ${version} (${today})\n`)],
]);
for (const file of PACKAGES) {
  const json = JSON.parse(read(file));
  json.version = version;
  if (json.packages) {
    json.packages[''].version = version;
  }
  files.set(file, `${JSON.stringify(json, null, 2)}\n`);
}

for (const [file, text] of files) {
  const [old, now] = [read(file).split('\n'), text.split('\n')];
  now.forEach((line, i) => {
    const kept = line === old[i] || line === old.at(i - now.length); // counted from the start, and from the end
    if (!kept) {
      console.log(`${file}: ${line.trim()}`);
    }
  });
}
if (dryRun) {
  process.exit(0);
}

const back = (sentence) => {
  git('checkout', '--', ...files.keys());
  fail(sentence);
};
files.forEach((text, file) => writeFileSync(path.join(root, file), text));
const windows = process.platform === 'win32';
const tests = spawnSync(windows ? 'mvnw.cmd' : './mvnw', ['-B', 'verify'], {
  cwd: root,
  stdio: 'inherit',
  shell: windows,
});
if (tests.status !== 0) {
  back('Tests fail: nothing was released, and the files are as they were.');
}
git('commit', '-qam', `Release ${version}`);
git('tag', '-a', `v${version}`, '-m', `Headlight ${version}`);
console.log(`Tagged v${version}. To publish it: git push origin HEAD v${version}`);
