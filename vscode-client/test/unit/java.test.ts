import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findJava, majorOf } from '../../src/java.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-java-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder that looks like a Java of some version. */
function java(version: string): string {
  const home = path.join(folder, version);
  mkdirSync(path.join(home, 'bin'), { recursive: true });
  writeFileSync(path.join(home, 'bin/java'), '#!/bin/sh\n');
  chmodSync(path.join(home, 'bin/java'), 0o755);
  writeFileSync(path.join(home, 'release'), `IMPLEMENTOR="x"\nJAVA_VERSION="${version}"\n`);
  return home;
}

test.each([
  ['17.0.2', 17],
  ['1.8.0_392', 8],
  ['21', 21],
  ['25-ea', 25],
  ['x', undefined],
])('%s is version %s', (text, version) => expect(majorOf(text)).toBe(version));

describe('Java', () => {
  test('is the first that is new enough', async () => {
    const found = await findJava([
      { from: 'JDK_HOME', home: java('11.0.1') },
      { from: 'JAVA_HOME', home: java('21.0.1') },
      { from: 'the Java extension', home: java('17.0.2') },
    ]);
    expect(found).toEqual({ home: path.join(folder, '21.0.1'), version: 21 });
  });

  test('that is too old is named, with what to do', async () => {
    const found = await findJava([{ from: 'JAVA_HOME', home: java('11.0.1') }]);
    expect(found).toEqual({
      problem:
        'Headlight needs Java 17 or newer, which is too old here (JAVA_HOME is version 11): install one, or point the setting headlight.java.home at it.',
    });
  });

  test('that the setting names must be there', async () => {
    const found = await findJava([
      { from: 'the setting headlight.java.home', home: path.join(folder, 'nowhere') },
      { from: 'JAVA_HOME', home: java('17.0.2') },
    ]);
    expect('problem' in found && found.problem).toMatch(/^There is no Java at .*nowhere, where the setting/);
  });

  test('that a variable names wrongly is passed over', async () => {
    const found = await findJava([
      { from: 'JDK_HOME', home: path.join(folder, 'nowhere') },
      { from: 'JAVA_HOME', home: java('17.0.2') },
    ]);
    expect(found).toMatchObject({ version: 17 });
  });

  test('that is nowhere is said to be', async () => {
    const found = await findJava([]);
    expect('problem' in found && found.problem).toContain('was not found: install one');
  });
});
