import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { launch, words, type Launch } from '../../src/launch.ts';

const WINDOWS: Launch = {
  platform: 'win32',
  server: String.raw`C:\Users\Jörg "J" & Söhne; 100%PATH% @home\ext's\server`,
  java: String.raw`C:\Program Files\Java & Co (x86)\100%\jdk-17\bin\java.exe`,
  javaOptions: '',
  model: String.raw`D:\Modelle & mehr\%TEMP%\"bert"; über @all`,
  memory: 256,
  precision: 'auto',
  env: { Path: String.raw`C:\Windows` },
};

const LINUX: Launch = {
  ...WINDOWS,
  platform: 'linux',
  server: '/home/jörg & söhne: 100% "x"; @home/server',
  java: '/opt/java & co/bin/java',
  env: { LANG: 'C.UTF-8' },
};

describe('on Windows', () => {
  test('every path is passed as one argument, unchanged', () => {
    const { server, java, model } = WINDOWS;
    expect(launch(WINDOWS)).toEqual({
      command: java,
      args: [
        '@lib/java.options',
        '-jar',
        'lib/headlight.jar',
        'lsp',
        `--model=${model}`,
        '--memory=256',
        '--precision=auto',
      ],
      options: { cwd: server, env: WINDOWS.env },
    });
  });

  test('a program is started, not a batch file or a shell', () => {
    const started = launch(WINDOWS);
    expect(started.command).toMatch(/\\java\.exe$/);
    expect(started.options).not.toHaveProperty('shell');
    expect(started.args.join('\n')).not.toMatch(/\.(bat|cmd)\b/);
  });
});

test('other platforms start the same program and read arguments as UTF-8', () => {
  const { args, command, options } = launch({ ...LINUX, env: { LANG: 'C' } });
  expect(command).toBe(LINUX.java);
  expect(args.slice(0, 3)).toEqual(['@lib/java.options', '-jar', 'lib/headlight.jar']);
  expect(options).toEqual({ cwd: LINUX.server, env: { LANG: 'C', LC_ALL: 'C.UTF-8' } });
  expect(launch(LINUX).options.env).toEqual(LINUX.env);
});

test('a program receives the arguments unchanged', async () => {
  const { args } = launch(WINDOWS);
  const echo = ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--'];
  const child = spawn(process.execPath, [...echo, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(child, 'close');
  expect(JSON.parse(output)).toEqual(args);
});

test('no model name is mistaken for an option or an argument file', () => {
  for (const model of ['--version', '@/etc/passwd', '-h', '']) {
    const { args } = launch({ ...LINUX, model });
    expect(args.filter((arg) => arg.includes(model) && !arg.startsWith('--model='))).toEqual(
      model === '' ? args.filter((arg) => !arg.startsWith('--model=')) : [],
    );
  }
});

test.each([
  ['', []],
  ['  -Xmx1g   -Da=b ', ['-Xmx1g', '-Da=b']],
  ['-Da="b c" "-Dd=e f"', ['-Da=b c', '-Dd=e f']],
  ['-Da=$(x) `y` %Z% & | ;', ['-Da=$(x)', '`y`', '%Z%', '&', '|', ';']],
  ['-Da="b c', ['-Da=b c']],
])('the options %j are the words %j', (line, expected) => expect(words(line)).toEqual(expected));
