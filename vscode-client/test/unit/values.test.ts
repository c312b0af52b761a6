import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { capabilities, contributes } from '../../package.json';
import { checked, NAMES, ownOnly } from '../../src/values.ts';

describe('a value of the wrong type or out of range gives the default and an error message', () => {
  test.each([
    ['memory', 15],
    ['memory', 65537],
    ['memory', 256.5],
    ['memory', '256'],
    ['memory', '256 & calc.exe'],
    ['memory', ['256', '--model', 'x']],
    ['memory', null],
    ['memory', NaN],
    ['precision', 'float32 & calc.exe'],
    ['precision', 'float16'],
    ['precision', ['float32']],
    ['precision', { toString: 'float32' }],
    ['precision', ''],
    ['top', 0],
    ['top', 21],
    ['top', true],
    ['languages', 'markdown'],
    ['languages', [1]],
    ['languages', { 0: 'markdown' }],
    ['inlineHints', 'yes'],
    ['followEdits', 1],
    ['model', 5],
    ['model', 'a\0b'],
    ['model', 'a\nb'],
    ['java.home', ['/java']],
    ['java.options', '-Xmx1g\n-Da=b'],
  ] as const)('%s: %j', (name, value) => {
    const result = checked(name, value);
    const { default: usual } = (contributes.configuration.properties as Record<string, { default: unknown }>)[
      `headlight.${name}`
    ]!;
    expect(result.value).toEqual(usual);
    expect(result.problem).toMatch(
      /^The setting headlight\.[\w.]+ must be .+; until you correct it, the default applies\.$/,
    );
    expect(result.problem).not.toContain('calc');
  });

  test('which says what is valid', () => {
    expect(checked('memory', 'x').problem).toBe(
      'The setting headlight.memory must be a whole number from 16 to 65536; until you correct it, the default applies.',
    );
    expect(checked('precision', 'x').problem).toBe(
      'The setting headlight.precision must be auto, float32 or bfloat16; until you correct it, the default applies.',
    );
  });
});

test.each([
  ['memory', 16],
  ['memory', 65536],
  ['precision', 'bfloat16'],
  ['top', 20],
  ['languages', []],
  ['model', 'google-bert/bert-base-uncased@main'],
  ['model', String.raw`C:\Users\Jörg & "Söhne"\100%`],
  ['java.options', '-Xmx1g -Da=b'],
] as const)('%s: %j is valid', (name, value) => expect(checked(name, value)).toEqual({ value }));

test('every default is valid', () => {
  for (const name of NAMES) {
    const { default: usual } = (contributes.configuration.properties as Record<string, { default: unknown }>)[
      `headlight.${name}`
    ]!;
    expect(checked(name, usual), name).toEqual({ value: usual });
  }
});

test('free text names a program or a file, so it comes from user settings only, in VS Code too', () => {
  const properties = contributes.configuration.properties as Record<string, { type: string; enum?: unknown }>;
  const free = NAMES.filter((name) => {
    const { type, enum: choices } = properties[`headlight.${name}`]!;
    return type === 'string' && choices === undefined;
  });
  expect(free).toEqual(['model', 'java.home', 'java.options']);
  expect(free.every(ownOnly)).toBe(true);
  expect([...capabilities.untrustedWorkspaces.restrictedConfigurations].sort()).toEqual(
    free.map((name) => `headlight.${name}`).sort(),
  );
});

describe('in the sources', () => {
  const root = path.resolve(import.meta.dirname, '../..');
  const scripts = readdirSync(root).filter((name) => name.endsWith('.mjs'));
  const files = [
    ...readdirSync(path.join(root, 'src')).map((name) => `src/${name}`),
    ...scripts,
    'test/install.mjs',
  ];
  const holding = (pattern: RegExp) =>
    files.filter((file) => pattern.test(readFileSync(path.join(root, file), 'utf8')));

  test('only one file reads settings', () => {
    expect(holding(/\.inspect\(|\.getConfiguration\(.*\)\s*\.get\b/)).toEqual(['src/settings.ts']);
    expect(holding(/getConfiguration\(/)).toEqual(['src/settings.ts', 'src/status.ts']); // which only writes one
  });

  test('no file starts a shell', () => {
    expect(holding(/\bshell\s*:|(?<!\.)\bexec(Sync)?\(|cmd\.exe|\.(bat|cmd)['"`]/)).toEqual([]);
  });

  test('only these files start a program', () => {
    expect(holding(/node:child_process/)).toEqual([
      'src/java.ts',
      'package.mjs',
      'runtime.mjs',
      'test/install.mjs',
    ]);
  });
});
