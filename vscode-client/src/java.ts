import { execFile } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { pathsOf } from './launch.ts';

/** The oldest Java that runs Headlight. */
export const OLDEST = 17;

/** A possible Java runtime: a folder that holds `bin/java`, or the program itself. */
export type Candidate = {
  /** Where the path comes from, as shown to the user. */
  readonly from: string;
} & ({ readonly home: string } | { readonly java: string });

/** The absolute path of the program, or an error message, and whether installing Java would help. */
export type Found =
  | { readonly java: string; readonly version: number }
  | { readonly problem: string; readonly isMissing: boolean };

const nameOn = (platform: NodeJS.Platform) => (platform === 'win32' ? 'java.exe' : 'java');

/**
 * The `java` programs on the path, in order. Relative entries are skipped because they depend on the current folder;
 * so is the operating system's own lookup, which on Windows starts in the current folder.
 */
export function javasOn(
  variable: string,
  platform: NodeJS.Platform,
  exists: (file: string) => boolean = existsSync,
): string[] {
  const { delimiter, isAbsolute, join } = pathsOf(platform);
  return variable
    .split(delimiter)
    .map((folder) => (platform === 'win32' ? folder.replaceAll('"', '') : folder))
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, nameOn(platform)))
    .filter(exists);
}

/** The first number of a version: 17 of `17.0.2`, 8 of `1.8.0_392`. */
export function majorOf(version: string): number | undefined {
  const [, first, second] = /^(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return first === undefined ? undefined : Number(first === '1' && second ? second : first);
}

/** Reads the version from the runtime's `release` file; without one, runs `java -version`. */
async function versionOf(java: string): Promise<number | undefined> {
  try {
    const release = path.resolve(realpathSync(java), '../../release');
    if (existsSync(release)) {
      const version = /^JAVA_VERSION="([^"]+)"/m.exec(readFileSync(release, 'utf8'))?.[1];
      if (version !== undefined) {
        return majorOf(version);
      }
    }
    const { stderr } = await promisify(execFile)(java, ['-version'], { timeout: 10_000 });
    return majorOf(/version "([^"]+)"/.exec(stderr)?.[1] ?? '');
  } catch {
    return undefined;
  }
}

const programOf = (candidate: Candidate) =>
  'java' in candidate ? candidate.java : path.join(candidate.home, 'bin', nameOn(process.platform));

/**
 * The first candidate that is new enough; otherwise an error message that says what was found and what to do.
 * Relative paths are ignored.
 */
export async function findJava(candidates: readonly Candidate[]): Promise<Found> {
  const tooOld: string[] = [];
  for (const candidate of candidates) {
    const { from } = candidate;
    const java = programOf(candidate);
    const version = path.isAbsolute(java) && existsSync(java) ? await versionOf(java) : undefined;
    if (version !== undefined && version >= OLDEST) {
      return { java, version };
    }
    if (version !== undefined) {
      tooOld.push(`${from} is version ${version}`);
    } else if (from.startsWith('the setting') && 'home' in candidate) {
      return {
        problem: `There is no Java at ${candidate.home}, where ${from} points: correct the path, or leave it empty.`,
        isMissing: false,
      };
    }
  }
  const found = tooOld.length > 0 ? `found only older versions (${tooOld.join(', ')})` : 'found none';
  return {
    problem: `Headlight needs Java ${OLDEST} or newer, but ${found}: install it, or set headlight.java.home to it.`,
    isMissing: true,
  };
}
