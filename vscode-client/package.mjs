// Packs the extension with the server that `mvn package` built: node package.mjs linux-x86_64
// For every platform, each after its own `mvn package`:          node package.mjs all
// For a development host, which runs the server in its place:    node package.mjs dev
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { notices } from './notices.mjs';
import { runtimeFor } from './runtime.mjs';

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

/** Where this build is published: CI names it, builds elsewhere don't, because they may be anybody's. */
function publicAddress() {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_REPOSITORY: repository,
    GITHUB_REF_NAME: ref = 'main',
  } = process.env;
  return server && repository ? { url: `${server}/${repository}`, ref } : undefined;
}

/** The README; VS Code shows pictures of a public address only. Without one, the walkthrough alone has them. */
function readme(published) {
  const text = readFileSync(path.join(here, 'README.md'), 'utf8');
  return published
    ? text.replaceAll(/\]\(media\//g, `](${published.url}/raw/${published.ref}/vscode-client/media/`)
    : text.replaceAll(/^ *!\[[^\]]*\]\(media\/[^)]*\)\n\n/gm, '');
}

/** The manifest, with the addresses that the Marketplace shows. */
function manifest(published) {
  const json = JSON.parse(readFileSync(path.join(here, 'package.json'), 'utf8'));
  const { scripts: _, devDependencies: __, ...shipped } = json;
  return published
    ? {
        ...shipped,
        repository: {
          type: 'git',
          url: `${published.url}.git`,
          directory: 'vscode-client',
        },
        bugs: { url: `${published.url}/issues` },
        homepage: `${published.url}#readme`,
        qna: `${published.url}/discussions`,
      }
    : { ...shipped, qna: false };
}

/** Adds a Java runtime, if there is one. */
function addRuntime(platform, stage) {
  if (!runtimeFor(platform, path.join(stage, 'runtime'))) {
    console.warn(
      `The package for ${platform} has no Java runtime: make one there, by node runtime.mjs, and name the folder` +
        ` that holds it as ${platform} in HEADLIGHT_RUNTIMES. Without one it uses the Java that it finds.`,
    );
  }
}

function pack(platform) {
  const target = TARGETS[platform];
  const published = publicAddress();
  const stage = path.join(here, 'target/package');
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  const copy = (from, to) => cpSync(path.join(here, from), path.join(stage, to), { recursive: true });
  copy('../server/target/headlight', 'server');
  copy('../LICENSE', 'LICENSE');
  ['dist', 'media', 'package.nls.json', '.vscodeignore'].forEach((name) => copy(name, name));
  addRuntime(platform, stage);
  const metafile = JSON.parse(readFileSync(path.join(here, 'target/bundle.json'), 'utf8'));
  writeFileSync(path.join(here, 'NOTICE.md'), notices(metafile));
  copy('NOTICE.md', 'NOTICE.md');
  writeFileSync(path.join(stage, 'README.md'), readme(published));
  writeFileSync(path.join(stage, 'package.json'), JSON.stringify(manifest(published), undefined, 2));
  run(process.execPath, ['../.ci/changelog.mjs', 'markdown', path.join(stage, 'CHANGELOG.md')], here);
  const vsix = path.join(here, 'target', `headlight-${target}.vsix`);
  const vsce = path.join(here, 'node_modules/@vscode/vsce/vsce');
  const alone = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  run(process.execPath, [vsce, 'package', ...alone, '--target', target, '--out', vsix], stage);
  rmSync(stage, { recursive: true });
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
