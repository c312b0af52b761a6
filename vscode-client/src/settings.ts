import * as vscode from 'vscode';
import { checked, NAMES, ownOnly, type Values } from './values.ts';

/**
 * The one place that asks VS Code for settings. What leads to a program or a file is taken from a person's own
 * settings: a folder's say nothing about it, whether the folder is trusted or not.
 */

/** A person's own value, of this extension's setting or another's; none where there is none. */
const own = (section: string, name: string) =>
  vscode.workspace.getConfiguration(section).inspect(name)?.globalValue;

function read<N extends keyof Values>(name: N) {
  const configuration = vscode.workspace.getConfiguration('headlight');
  const value = ownOnly(name)
    ? (own('headlight', name) ?? configuration.inspect(name)?.defaultValue)
    : configuration.get(name);
  return checked(name, value);
}

/** A setting as it counts now; its default where it is not what it must be. */
export const setting = <N extends keyof Values>(name: N): Values[N] => read(name).value;

/** What is wrong with the settings, a sentence each. */
export const complaints = (): string[] => NAMES.flatMap((name) => read(name).problem ?? []);

/** The model that the settings name. */
export const modelSetting = () => setting('model').trim() || 'embedded';

/** Homes of Java that a person chose for the Java extension. */
export const javaExtensionHomes = (): string[] =>
  ['jdt.ls.java.home', 'home']
    .map((name) => own('java', name))
    .filter((home) => typeof home === 'string')
    .filter((home) => home !== '');
