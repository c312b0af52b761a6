import path from 'node:path';

/** The parameters of a server process. */
export interface Launch {
  readonly platform: NodeJS.Platform;
  /** The folder of the server, absolute. */
  readonly server: string;
  /** The program `java`, absolute. */
  readonly java: string;
  /** Additional Java options, separated by spaces; quotation marks protect a space. */
  readonly javaOptions: string;
  readonly model: string;
  readonly memory: number;
  readonly precision: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

/** The path functions of a platform. */
export const pathsOf = (platform: NodeJS.Platform) => (platform === 'win32' ? path.win32 : path.posix);

/** Splits a line at spaces, except inside quotation marks. */
export const words = (line: string): string[] =>
  (line.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []).map((word) => word.replaceAll('"', ''));

/**
 * The server's process. Java is started directly with a list of arguments on every platform. No shell or batch file
 * interprets them. The working folder is the server's own, not the one open in the editor: nothing there is picked up by
 * name, and the arguments need no absolute path, which Java would split at path separators.
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

/** Without a UTF-8 locale, Java decodes its arguments as ASCII. */
function inUtf8(env: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return /utf-?8/i.test(locale) ? env : { ...env, LC_ALL: 'C.UTF-8' };
}
