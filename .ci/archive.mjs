// Packs what `mvn package` built into packages/, as an archive that runs where it is unpacked, without Java on the machine:
//   node .ci/archive.mjs linux-x86_64 [FOLDER]      after mvn package -Dnative.platform=linux-x86_64
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runtimeFor } from '../vscode-client/runtime.mjs';

/** Names of platforms: DJL's for native libraries, and those that people use. */
const NAMES = {
  'linux-x86_64': 'linux-x64',
  'linux-aarch64': 'linux-arm64',
  'osx-aarch64': 'macos-arm64',
  'win-x86_64': 'windows-x64',
};
const root = path.join(import.meta.dirname, '..');
const server = path.join(root, 'server/target');

const fail = (sentence) => {
  console.error(sentence);
  process.exit(1);
};

/** Runs a program, and ends with it where it fails. */
function run(program, args, cwd) {
  const { status, error } = spawnSync(program, args, { cwd, stdio: 'inherit' });
  if (error || status !== 0) {
    fail(`${program} failed${error ? ` (${error.message})` : ''}.`);
  }
}

/** Adds to the bill of materials of Maven's what it doesn't know: the page's libraries, the Java runtime, and the model. */
function billOfMaterials(bill, folder) {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'webview/package-lock.json'), 'utf8'));
  const ofPage = Object.entries(packages)
    .filter(([place, { dev }]) => place !== '' && !dev)
    .map(([place, { version }]) => {
      const name = place.replace(/^.*node_modules\//, '');
      const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
      return { type: 'library', name, version, purl, 'bom-ref': purl };
    });
  const release = readFileSync(path.join(folder, 'runtime/release'), 'utf8');
  const of = (key) => new RegExp(`^${key}="(.*)"$`, 'm').exec(release)?.[1];
  const java = {
    type: 'platform',
    name: 'OpenJDK',
    version: of('JAVA_RUNTIME_VERSION') ?? of('JAVA_VERSION'),
    'bom-ref': 'java-runtime',
    ...(of('IMPLEMENTOR') && { supplier: { name: of('IMPLEMENTOR') } }),
  };
  const model = {
    type: 'machine-learning-model',
    name: 'embedded',
    version: bill.metadata.component.version,
    'bom-ref': 'embedded-model',
  };
  return { ...bill, components: [...bill.components, ...ofPage, java, model] };
}

const [platform, into = path.join(root, 'packages')] = process.argv.slice(2);
const name = `headlight-${NAMES[platform]}`;
if (!(platform in NAMES)) {
  fail(`Say for which platform: one of ${Object.keys(NAMES).join(', ')}.`);
}
if (!existsSync(path.join(server, 'headlight'))) {
  fail('The server is not built: run mvn package -DskipTests -pl webview,server first.');
}
const stage = path.join(server, 'archive');
const folder = path.join(stage, name);
rmSync(stage, { recursive: true, force: true });
cpSync(path.join(server, 'headlight'), folder, { recursive: true });
if (!runtimeFor(platform, path.join(folder, 'runtime'))) {
  rmSync(stage, { recursive: true });
  console.warn(
    `${name} is left out, because it has no Java runtime: make one on that platform, by node` +
      ` vscode-client/runtime.mjs, and name the folder that holds it as ${platform} in HEADLIGHT_RUNTIMES.`,
  );
  process.exit(0);
}
if (!platform.startsWith('win')) {
  const home = process.env['JAVA_HOME'];
  const pages = path.join(folder, 'share/man/man1');
  run(home ? path.join(home, 'bin/java') : 'java', ['-jar', path.join(folder, 'lib/headlight.jar'), 'man', pages]);
}
const bill = path.join(server, 'sbom.json');
if (existsSync(bill)) {
  const whole = billOfMaterials(JSON.parse(readFileSync(bill, 'utf8')), folder);
  writeFileSync(path.join(folder, 'sbom.json'), `${JSON.stringify(whole, undefined, 1)}\n`);
}
mkdirSync(into, { recursive: true });
const archive = path.resolve(into, `${name}.${platform.startsWith('win') ? 'zip' : 'tar.gz'}`);
rmSync(archive, { force: true });
if (archive.endsWith('.zip')) {
  const home = process.env['JAVA_HOME'];
  run(home ? path.join(home, 'bin/jar') : 'jar', [
    '--create',
    '--no-manifest',
    '--file',
    archive,
    '-C',
    stage,
    name,
  ]);
} else {
  run('tar', ['-czf', archive, '-C', stage, name]);
}
rmSync(stage, { recursive: true });
console.log(`${archive}: ${(statSync(archive).size / 1e6).toFixed(0)} MB`);
