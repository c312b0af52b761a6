// Packs the extension with the server that `mvn package` built: node package.mjs linux-x86_64
// For every platform, each after its own `mvn package`:          node package.mjs all
// For a development host, which runs the server in its place:    node package.mjs dev
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { notices } from './notices.mjs';

/** Names of platforms: DJL's for native libraries, and VS Code's. */
const TARGETS = {
  'linux-x86_64': 'linux-x64',
  'linux-aarch64': 'linux-arm64',
  'osx-aarch64': 'darwin-arm64',
  'win-x86_64': 'win32-x64',
};
const here = import.meta.dirname;

/** Runs a program, and ends with it where it fails. */
function run(program, args, cwd) {
  const { status, error } = spawnSync(program, args, { cwd, stdio: 'inherit' });
  if (error) {
    console.error(`${program} can't be run (${error.message}): see that it is on the path.`);
  }
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}

/** The README without its pictures: VS Code shows those of a public address only. The walkthrough has them. */
function readme() {
  const text = readFileSync(path.join(here, 'README.md'), 'utf8');
  return text.replaceAll(/^ *!\[[^\]]*\]\(media\/[^)]*\)\n\n/gm, '');
}

function pack(platform) {
  const target = TARGETS[platform];
  rmSync(path.join(here, 'server'), { recursive: true, force: true });
  cpSync(path.join(here, '../server/target/headlight'), path.join(here, 'server'), { recursive: true });
  cpSync(path.join(here, '../LICENSE'), path.join(here, 'LICENSE'));
  const metafile = JSON.parse(readFileSync(path.join(here, 'target/bundle.json'), 'utf8'));
  writeFileSync(path.join(here, 'NOTICE.md'), notices(metafile));
  writeFileSync(path.join(here, 'target/README.md'), readme());
  run(process.execPath, ['../.ci/changelog.mjs', 'markdown', 'target/CHANGELOG.md'], here);
  const vsix = path.join(here, 'target', `headlight-${target}.vsix`);
  const vsce = path.join(here, 'node_modules/@vscode/vsce/vsce');
  const text = [
    ...['--readme-path', 'target/README.md', '--changelog-path', 'target/CHANGELOG.md'],
    '--no-rewrite-relative-links',
  ];
  const alone = ['--no-dependencies', '--allow-missing-repository'];
  run(process.execPath, [vsce, 'package', ...alone, ...text, '--target', target, '--out', vsix], here);
  console.log(`${vsix}: ${(statSync(vsix).size / 1e6).toFixed(0)} MB`);
}

const platform = process.argv[2];
if (platform === 'all' && process.platform === 'win32') {
  console.error(
    'On Windows, Maven is a batch file: run mvn package -Dnative.platform=… for each platform yourself.',
  );
  process.exit(1);
} else if (platform === 'all') {
  const modules = 'webview,server,vscode-client';
  for (const each of Object.keys(TARGETS)) {
    run(
      'mvn',
      ['-q', '-B', '-DskipTests', '-pl', modules, `-Dnative.platform=${each}`, 'package'],
      path.join(here, '..'),
    );
  }
} else if (platform === 'dev') {
  const [server, link] = [path.join(here, '../server/target/headlight'), path.join(here, 'server')];
  if (!existsSync(server)) {
    console.error('The server is not built: run mvn package -DskipTests -pl webview,server first.');
    process.exit(1);
  }
  rmSync(link, { recursive: true, force: true });
  symlinkSync(server, link, 'junction');
} else if (platform !== undefined && platform in TARGETS) {
  pack(platform);
} else {
  console.error(`Say for which platform: all, dev, or one of ${Object.keys(TARGETS).join(', ')}.`);
  process.exit(1);
}
