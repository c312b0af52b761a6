import * as vscode from 'vscode';

/** What the page writes into its address. */
const CHOICES = /^(&[\w.=%+-]*){0,60}$/;

/** The icon of tabs that show attention. */
export function iconIn({ extensionUri }: vscode.ExtensionContext): { light: vscode.Uri; dark: vscode.Uri } {
  const icon = (kind: string) => vscode.Uri.joinPath(extensionUri, `media/eye-${kind}.svg`);
  return { light: icon('light'), dark: icon('dark') };
}

/** An inspection's address without what the page begins with. */
export const pageOf = (url: string) => url.replace(/#.*/, '');

/** What the page begins with: layer, view, pinned token. */
export const choicesIn = (url: string) => url.replace(/^[^#]*#inspection=\d+/, '');

/** The choices if they are some, and empty otherwise. */
export const checkedChoices = (choices: unknown) =>
  typeof choices === 'string' && CHOICES.test(choices) ? choices : '';
