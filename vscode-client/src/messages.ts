import type { Position, Range, TextDocumentIdentifier } from 'vscode-languageclient';

/**
 * Headlight's own messages. The server's `Messages.java` has the same, and its test compares names and types;
 * docs/lsp-extensions.md says what each field means.
 */

export interface Place {
  readonly textDocument: TextDocumentIdentifier;
  readonly range: Range;
}

export interface InspectParams {
  readonly textDocument: TextDocumentIdentifier;
  readonly range: Range;
  readonly pair?: Place;
  readonly view?: string;
}

export interface InspectResult {
  readonly id: number;
  readonly url: string;
  readonly model: string;
  readonly tokens: number;
  readonly leftOut: number;
  readonly ranges: readonly Range[];
  readonly blanks: readonly BlankWords[];
}

export interface WhyParams {
  readonly textDocument: TextDocumentIdentifier;
  readonly range: Range;
  readonly word?: string;
  readonly rather?: string;
}

export interface WhyResult {
  readonly model: string;
  readonly question: string;
  readonly answer: string;
  readonly word: Word;
  readonly rather: Word;
  readonly words: readonly WordEffect[];
  readonly heads: readonly HeadEffect[];
}

export interface WordEffect {
  readonly range: Range;
  readonly effect: number;
}

export interface HeadEffect {
  readonly head: string;
  readonly effect: number;
}

export interface OpenInspection {
  readonly inspection: number;
}

export interface OpeningAddress {
  readonly url: string;
}

export interface Pages {
  readonly url: string;
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

export interface Cursor {
  readonly textDocument: TextDocumentIdentifier;
  readonly position: Position;
}

export interface Highlight {
  readonly uri: string;
  readonly version: number;
  readonly inspection: number;
  readonly kind: string;
  readonly spans: readonly WeightedSpan[];
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

export interface WeightedSpan {
  readonly range: Range;
  readonly share: number;
}

export const INSPECT = 'headlight/inspect';
export const WHY = 'headlight/why';
export const OPENING_ADDRESS = 'headlight/openingAddress';
export const PAGES = 'headlight/pages';
export const MODELS = 'headlight/models';
export const USE_MODEL = 'headlight/useModel';
export const CURSOR = 'headlight/cursor';
export const HIGHLIGHT = 'headlight/highlight';

/** The view of an inspection that answers why a word is predicted. */
export const WHY_VIEW = 'why';

/** What highlights show. */
export const ATTENTION = 'attention';
export const EFFECTS = 'effects';

/** The name of the model that comes with Headlight. */
export const EMBEDDED = 'embedded';

/** The progress token for loading a model. */
export const LOADING = 'headlight/loading';

/** The server's commands, which hints and code actions refer to. */
export const VISUALIZE = 'headlight.visualizeAttention';
export const WHY_THIS_WORD = 'headlight.whyThisWord';
export const SUGGEST = 'headlight.suggestWords';
export const ACCEPT = 'headlight.acceptWord';
