import type { Position, Range } from 'vscode-languageclient';

/** The shapes of Headlight's own messages; docs/lsp-extensions.md describes each, and a test compares the two. */

export interface Place {
  readonly textDocument: { readonly uri: string };
  readonly range: Range;
}

export interface InspectParams extends Place {
  readonly pair?: Place;
}

export interface InspectResult {
  readonly id: number;
  readonly url: string;
  readonly model: string;
  readonly tokens: number;
  readonly leftOut: number;
  readonly blanks: readonly BlankWords[];
}

export interface BlankWords {
  readonly uri: string;
  readonly range: Range;
  readonly words: readonly Word[];
}

export interface Word {
  readonly word: string;
  readonly probability: number;
}

export interface AcceptWord {
  readonly uri: string;
  readonly range: Range;
  readonly word: string;
}

export interface Models {
  readonly current: string;
  readonly cache: string;
  readonly models: readonly Model[];
}

export interface Model {
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly problem?: string;
}

export interface UseModel {
  readonly model: string;
}

export interface Cursor {
  readonly textDocument: { readonly uri: string };
  readonly position: Position;
}

export interface Highlight {
  readonly uri: string;
  readonly version: number;
  readonly inspection: number;
  readonly spans: readonly WeightedSpan[];
}

export interface WeightedSpan {
  readonly range: Range;
  readonly weight: number;
}

export const INSPECT = 'headlight/inspect';
export const MODELS = 'headlight/models';
export const USE_MODEL = 'headlight/useModel';
export const CURSOR = 'headlight/cursor';
export const HIGHLIGHT = 'headlight/highlight';

/** Commands of the server, by the names that its hints and code actions use. */
export const SUGGEST = 'headlight.suggestWords';
export const ACCEPT = 'headlight.acceptWord';
export const VISUALIZE = 'headlight.visualizeAttention';
