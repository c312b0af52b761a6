import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/** The oldest Java that runs Headlight. */
export const OLDEST = 17;

/** A place where a Java might be. */
export interface Candidate {
  /** Who says so, as a person would call it. */
  readonly from: string;
  /** The folder that holds `bin/java`; none where it is to be found on the path. */
  readonly home: string | undefined;
}

export type Found =
  { readonly home: string | undefined; readonly version: number } | { readonly problem: string };

const executable = (home: string | undefined) => {
  const name = process.platform === 'win32' ? 'java.exe' : 'java';
  return home === undefined ? name : path.join(home, 'bin', name);
};

/** The first number of a version: 17 of `17.0.2`, 8 of `1.8.0_392`. */
export function majorOf(version: string): number | undefined {
  const [, first, second] = /^(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return first === undefined ? undefined : Number(first === '1' && second ? second : first);
}

/** A Java says its version in a file beside it; one that doesn't is asked. */
async function versionOf(home: string | undefined): Promise<number | undefined> {
  const release = home && path.join(home, 'release');
  if (release && existsSync(release)) {
    const said = /^JAVA_VERSION="([^"]+)"/m.exec(readFileSync(release, 'utf8'))?.[1];
    if (said !== undefined) {
      return majorOf(said);
    }
  }
  try {
    const { stderr } = await promisify(execFile)(executable(home), ['-version'], { timeout: 10_000 });
    return majorOf(/version "([^"]+)"/.exec(stderr)?.[1] ?? '');
  } catch {
    return undefined;
  }
}

/** The first candidate that is new enough; else a sentence that says what was found, and what to do. */
export async function findJava(candidates: readonly Candidate[]): Promise<Found> {
  const tooOld: string[] = [];
  for (const { from, home } of candidates) {
    const version = home !== undefined && !existsSync(executable(home)) ? undefined : await versionOf(home);
    if (version !== undefined && version >= OLDEST) {
      return { home, version };
    }
    if (version !== undefined) {
      tooOld.push(`${from} is version ${version}`);
    } else if (from.startsWith('the setting')) {
      return { problem: `There is no Java at ${home}, where ${from} points: correct it, or leave it empty.` };
    }
  }
  const what = tooOld.length > 0 ? `is too old here (${tooOld.join(', ')})` : 'was not found';
  return {
    problem: `Headlight needs Java ${OLDEST} or newer, which ${what}: install one, or point the setting headlight.java.home at it.`,
  };
}
