import { expect, test } from 'vitest';
import { meaningOf } from '../src/terms.ts';

test('added tokens are explained, and words of the text are not, whatever they are', () => {
  expect(meaningOf('[SEP]')).toMatch(/^\[SEP\]: added/);
  expect(['key', 'layer', 'head', 'constructor'].map(meaningOf)).toEqual(Array(4).fill(undefined));
});
