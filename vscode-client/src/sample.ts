import * as vscode from 'vscode';

const SAMPLE = `# A first look

She opened the ____ and walked into the room.

She went to the kitchen and made a cup of [MASK].

It was a fine day, and they walked to the sea.
`;

/** Opens a text to try Headlight with; nothing is saved unless the user does. */
export async function openSample(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ content: SAMPLE, language: 'markdown' });
  await vscode.window.showTextDocument(document, { preview: false });
}
