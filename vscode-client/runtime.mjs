// Makes a Java runtime that has what the server needs and no more, for the platform that runs this:
//   node runtime.mjs FOLDER        after mvn package; with the tools of the JDK in JAVA_HOME, or on the path
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SERVER = path.join(import.meta.dirname, '../server/target/headlight/lib');

/** Modules found at run time, which no tool can see: TLS's elliptic curves, Gson's way to objects, jars as file systems. */
const FOUND_AT_RUN_TIME = ['jdk.crypto.ec', 'jdk.unsupported', 'jdk.zipfs'];

/** Runs a tool of the JDK, and returns what it prints. */
function tool(name, args, cwd = import.meta.dirname) {
  const home = process.env['JAVA_HOME'];
  return run(home && existsSync(path.join(home, 'bin')) ? path.join(home, 'bin', name) : name, args, cwd);
}

/** Runs a program with an input, and returns what it prints. */
function run(program, args, cwd, input = '') {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error || status !== 0) {
    throw new Error(`${program} failed: ${error?.message ?? `${stdout}${stderr}`.slice(0, 2000)}`);
  }
  return stdout;
}

/** The modules of Java that the server's classes name. */
function modules() {
  const classes = mkdtempSync(path.join(tmpdir(), 'headlight-classes-'));
  try {
    for (const name of readdirSync(SERVER)) {
      const file = path.join(SERVER, name);
      if (name.endsWith('.jar')) {
        const folder = path.join(classes, name);
        mkdirSync(folder);
        tool('jar', ['--extract', '--file', file], folder);
      } else if (name === 'lsp4j') {
        cpSync(file, path.join(classes, name), { recursive: true });
      }
    }
    // all of them as classes of one program: as modules, jdeps would ask for optional ones that don't ship
    for (const found of readdirSync(classes, {
      recursive: true,
      encoding: 'utf8',
    })) {
      if (path.basename(found) === 'module-info.class') {
        rmSync(path.join(classes, found));
      }
    }
    const folders = readdirSync(classes);
    const used = tool('jdeps', ['--ignore-missing-deps', '--print-module-deps', ...folders], classes);
    return [...new Set([...used.trim().split(','), ...FOUND_AT_RUN_TIME])].sort();
  } finally {
    rmSync(classes, { recursive: true });
  }
}

/** A language server's whole life, as a client writes it. */
function conversation() {
  const messages = [
    {
      id: 0,
      method: 'initialize',
      params: { processId: null, rootUri: null, capabilities: {} },
    },
    { id: 1, method: 'shutdown' },
    { method: 'exit' },
  ];
  return messages
    .map((message) => JSON.stringify({ jsonrpc: '2.0', ...message }))
    .map((body) => `Content-Length: ${body.length}\r\n\r\n${body}`)
    .join('');
}

/**
 * Gives the runtime an archive of the JDK's classes that the server loads, which Java maps instead of reading them: a
 * quarter of the time to an answer. Classes of the server itself could only be in one whose paths are known here.
 */
function archiveClasses(folder) {
  const java = path.join(folder, 'bin/java');
  const home = path.dirname(SERVER);
  const lists = mkdtempSync(path.join(tmpdir(), 'headlight-list-'));
  const used = (name, args, input) => {
    const list = path.join(lists, name);
    const server = ['@lib/java.options', `-XX:DumpLoadedClassList=${list}`, '-jar', 'lib/headlight.jar'];
    run(java, [...server, ...args], home, input);
    return readFileSync(list, 'utf8').split('\n');
  };
  try {
    const names = [...used('lsp', ['lsp'], conversation()), ...used('predict', ['predict', 'A ____ sat.'])];
    const list = path.join(lists, 'classes');
    const plain = names.filter((name) => /^(java|javax|jdk|sun|com\/sun)\//.test(name) && !/[ @]/.test(name));
    writeFileSync(list, [...new Set(plain)].sort().join('\n'));
    run(java, ['-Xshare:dump', '-XX:+UseSerialGC', `-XX:SharedClassListFile=${list}`], home);
  } finally {
    rmSync(lists, { recursive: true });
  }
}

/** Makes the runtime in a folder, which is replaced. */
export function makeRuntime(folder) {
  rmSync(folder, { recursive: true, force: true });
  const used = modules();
  tool('jlink', [
    ...['--add-modules', used.join(','), '--output', folder],
    ...['--strip-java-debug-attributes', '--no-header-files', '--no-man-pages', '--compress=2'],
  ]);
  archiveClasses(folder);
  console.log(`${folder}: ${used.join(' ')}`);
}

/** The platform that runs this, in DJL's words. */
const HERE = {
  'linux-x64': 'linux-x86_64',
  'linux-arm64': 'linux-aarch64',
  'darwin-arm64': 'osx-aarch64',
  'win32-x64': 'win-x86_64',
}[`${process.platform}-${process.arch}`];

/**
 * Puts a runtime into a folder: a prebuilt one, from the folder that HEADLIGHT_RUNTIMES names, or one made here, where it is
 * for this platform. Returns whether there is one.
 */
export function runtimeFor(platform, folder) {
  const { HEADLIGHT_RUNTIMES: prebuilt } = process.env;
  if (prebuilt && existsSync(path.join(prebuilt, platform))) {
    cpSync(path.join(prebuilt, platform), folder, { recursive: true });
  } else if (platform === HERE) {
    makeRuntime(folder);
  } else {
    return false;
  }
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , folder] = process.argv;
  if (!folder) {
    console.error('Say where: node runtime.mjs FOLDER');
    process.exit(1);
  }
  makeRuntime(path.resolve(folder));
}
