import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bytesOf, inflated } from '../src/pageText.ts';

test('digits are bytes, the least significant first, and a rest of n + 1 digits is n bytes', () => {
  expect([...bytesOf('')]).toEqual([]);
  expect([...bytesOf('(((((')]).toEqual([0, 0, 0, 0]);
  expect([...bytesOf('))(((')]).toEqual([86, 0, 0, 0]);
  expect([...bytesOf('(((((+(')]).toEqual([0, 0, 0, 0, 3]);
  expect([...bytesOf('!(')]).toEqual([20]); // in place of <
  expect([...bytesOf('#(')]).toEqual([22]); // in place of >
});

test('what was deflated is there again', async () => {
  const packed = Uint8Array.from(deflateRawSync(Buffer.from('attention '.repeat(1000))));
  expect(new TextDecoder().decode(await inflated(packed))).toBe('attention '.repeat(1000));
});
