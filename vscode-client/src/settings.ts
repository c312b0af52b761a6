import * as vscode from 'vscode';
import { EMBEDDED } from './messages.ts';
import { checked, NAMES, ownOnly, type Values } from './values.ts';

/**
 * The only code that reads VS Code's settings. Paths of programs and files come only from the user's settings, never from
 * a workspace's, trusted or not.
 */

/** The user's own value of a setting of this or another extension, if any. */
const own = (section: string, name: string) =>
  vscode.workspace.getConfiguration(section).inspect(name)?.globalValue;

function read<N extends keyof Values>(name: N) {
  const configuration = vscode.workspace.getConfiguration('headlight');
  const value = ownOnly(name)
    ? (own('headlight', name) ?? configuration.inspect(name)?.defaultValue)
    : configuration.get(name);
  return checked(name, value);
}

/** The effective value of a setting; the default if the value is invalid. */
export const setting = <N extends keyof Values>(name: N): Values[N] => read(name).value;

/** Error messages for invalid settings. */
export const settingProblems = (): string[] => NAMES.flatMap((name) => read(name).problem ?? []);

/** The model selected in the settings. */
export const modelSetting = () => setting('model').trim() || EMBEDDED;

/** Java homes from the user's settings for the Java extension. */
export const javaExtensionHomes = (): string[] =>
  ['jdt.ls.java.home', 'home']
    .map((name) => own('java', name))
    .filter((home) => typeof home === 'string')
    .filter((home) => home !== '');

/** Whether VS Code asks for completions without being told to, in a document of this language. */
export function asksByItself(document: vscode.TextDocument): boolean {
  const quick = vscode.workspace.getConfiguration('editor', document).get<unknown>('quickSuggestions');
  return Object.values(typeof quick === 'object' && quick ? quick : { quick }).some(
    (one) => one === true || one === 'on',
  );
}
