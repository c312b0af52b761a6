import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { apng } from '../apng.ts';

const media = (name: string) => readFileSync(path.join(import.meta.dirname, '../../media', name));

test('an animation holds its frames, numbered, and equal ones once', () => {
  const png = media('icon.png');
  const other = Buffer.from(png);
  const animation = apng([
    { png, ms: 100 },
    { png: other, ms: 200 },
  ]);
  expect(animation.indexOf('acTL')).toBe(8 + 25 + 4); // right after IHDR
  const control = animation.indexOf('fcTL');
  expect(animation.readUInt16BE(control + 4 + 20)).toBe(300);
  expect(animation.indexOf('fcTL', control + 1)).toBe(-1);
});

test('the animation in the README is one, and short', () => {
  const animation = media('headlight.png');
  expect(animation.includes('acTL')).toBe(true);
  expect(animation.length).toBeLessThan(3_000_000);
});
