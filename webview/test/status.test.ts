import { expect, test } from 'vitest';
import type { AttentionKind, Attention } from '../src/inspection.ts';
import { sizeOf } from '../src/parts/status.ts';

const of = (kind: AttentionKind, layers: number) => ({ kind, layers }) as Attention;

test.each([
  ['12 layers × 12 heads', [of('self', 12)], 12],
  ['6 + 5 layers × 8 heads', [of('encoder', 6), of('decoder', 5), of('cross', 5)], 8],
  ['2 layers × 3 heads', [of('cross', 2)], 3],
  ['1 layer × 1 head', [of('self', 1)], 1],
])('%s', (size, attentions, heads) => {
  expect(sizeOf({ attentions, heads })).toBe(size);
});
