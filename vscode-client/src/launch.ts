import path from 'node:path';

/** What the server is started with. */
export interface Launch {
  readonly platform: NodeJS.Platform;
  /** The folder of the server, absolute. */
  readonly server: string;
  /** The program `java`, absolute. */
  readonly java: string;
  /** More options for Java, with blanks between; quotation marks keep a blank. */
  readonly javaOptions: string;
  readonly model: string;
  readonly memory: number;
  readonly precision: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

/** How paths are written on a platform. */
export const pathsOf = (platform: NodeJS.Platform) => (platform === 'win32' ? path.win32 : path.posix);

/** The words of a line; what stands between quotation marks is not cut. */
export const words = (line: string): string[] =>
  (line.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []).map((word) => word.replaceAll('"', ''));

/**
 * The server's process. Java itself is started, by a list of arguments, on every platform alike: no shell reads them
 * and no batch file, so nothing in them means anything but itself. It runs in its own folder, not in that which is
 * open in the editor: a name that is looked for there leads nowhere, and Java, which would cut the folder's name at
 * what separates paths, is not told it.
 */
export function launch({ platform, server, java, javaOptions, model, memory, precision, env }: Launch) {
  return {
    command: java,
    args: [
      '@lib/java.options',
      ...words(javaOptions),
      ...['-jar', 'lib/headlight.jar', 'lsp'],
      ...[`--model=${model}`, `--memory=${memory}`, `--precision=${precision}`],
    ],
    options: { cwd: server, env: platform === 'win32' ? env : inUtf8(env) },
  };
}

/** Without a UTF-8 locale Java would read its arguments as ASCII. */
function inUtf8(env: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return /utf-?8/i.test(locale) ? env : { ...env, LC_ALL: 'C.UTF-8' };
}
