import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findJava, javasOn, majorOf } from '../../src/java.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-java-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder that looks like a Java runtime of some version. */
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
    expect(found).toEqual({ java: path.join(folder, '21.0.1/bin/java'), version: 21 });
  });

  test('that is too old is reported, with what to do', async () => {
    const found = await findJava([{ from: 'JAVA_HOME', home: java('11.0.1') }]);
    expect(found).toEqual({
      problem:
        'Headlight needs Java 17 or newer, but found only older versions (JAVA_HOME is version 11): install it, or set headlight.java.home to it.',
      isMissing: true,
    });
  });

  test('in the setting must exist', async () => {
    const found = await findJava([
      { from: 'the setting headlight.java.home', home: path.join(folder, 'nowhere') },
      { from: 'JAVA_HOME', home: java('17.0.2') },
    ]);
    expect('problem' in found && found.problem).toMatch(/^There is no Java at .*nowhere, where the setting/);
    expect(found).toMatchObject({ isMissing: false });
  });

  test('that is missing where a variable says is skipped', async () => {
    const found = await findJava([
      { from: 'JDK_HOME', home: path.join(folder, 'nowhere') },
      { from: 'JAVA_HOME', home: java('17.0.2') },
    ]);
    expect(found).toMatchObject({ version: 17 });
  });

  test('is not searched for in relative paths', async () => {
    java('17.0.2');
    const before = process.cwd();
    process.chdir(folder);
    try {
      const found = await findJava([
        { from: 'JAVA_HOME', home: '17.0.2' },
        { from: 'Java on the path', java: '17.0.2/bin/java' },
        { from: 'Java on the path', java: 'java' },
      ]);
      expect('problem' in found && found.problem).toContain('but found none');
      const setting = await findJava([{ from: 'the setting headlight.java.home', home: '17.0.2' }]);
      expect('problem' in setting && setting.problem).toContain('There is no Java at 17.0.2');
    } finally {
      process.chdir(before);
    }
  });

  test('on the path is taken from its absolute entries, in their order', () => {
    const everywhere = () => true;
    expect(javasOn('/usr/bin:.::bin:/opt/j & k/bin', 'linux', everywhere)).toEqual([
      '/usr/bin/java',
      '/opt/j & k/bin/java',
    ]);
    const windows = String.raw`C:\Windows;.;;jdk\bin;C:jdk;"C:\Programme & mehr; ü"\bin;D:\100%\bin\ `.trim();
    expect(javasOn(windows, 'win32', everywhere)).toContain(String.raw`D:\100%\bin\java.exe`);
    expect(javasOn(windows, 'win32', everywhere)[0]).toBe(String.raw`C:\Windows\java.exe`);
    expect(javasOn(windows, 'win32', everywhere).every((java) => /^[CD]:\\/.test(java))).toBe(true);
    expect(javasOn('/usr/bin:/opt/bin', 'linux', (file) => file === '/opt/bin/java')).toEqual([
      '/opt/bin/java',
    ]);
  });

  test('that is missing is reported', async () => {
    const found = await findJava([]);
    expect('problem' in found && found.problem).toContain('but found none: install it');
  });
});
