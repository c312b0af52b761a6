import { html, type TemplateResult } from 'lit';

/** The field's terms in a sentence each, as docs/glossary.md has them. */
export const TERMS = {
  layer:
    'Layer: one of the steps in which a model reads a text; each works on what the one before made of it.',
  head: 'Head: one of the parts of a layer that look at other tokens, each in its own way.',
  query: 'Query: what a token looks for; it stands on the left, or in a row.',
  key: 'Key: what a token offers to be found by; it stands on the right, or in a column.',
  attention: 'Attention: how much of one token’s information a head takes into another; a row sums to 1.',
  softmax: 'Softmax: makes scores into shares that sum to 1.',
} as const;

type Term = keyof typeof TERMS;

/** A term with its meaning on hover and for screen readers. */
export const term = (name: Term, text: string = name): TemplateResult =>
  html`<abbr class="term" title=${TERMS[name]}>${text}</abbr>`;

/** What tokenizers add. */
export const ADDED: ReadonlyMap<string, string> = new Map([
  [
    '[CLS]',
    '[CLS]: added at the start by the tokenizer; heads often look there when they have nothing to do.',
  ],
  ['[SEP]', '[SEP]: added at the end of each sentence by the tokenizer.'],
  ['[MASK]', '[MASK]: a blank, which the model fills.'],
]);

/** What a token is that is no word of the text; undefined for others. */
export const meaningOf = (token: string): string | undefined => ADDED.get(token);
