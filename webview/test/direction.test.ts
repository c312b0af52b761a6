import { expect, test } from 'vitest';
import { directionOf } from '../src/direction.ts';

test.each([
  ['החתול ישב על השטיח', 'rtl'],
  ['القطة على السجادة', 'rtl'],
  ['۱۲۳ «سلام»', 'rtl'],
  ['… 12: "שלום" and more', 'rtl'],
  ['The word שלום', 'ltr'],
  ['猫 😀', 'ltr'],
  ['', 'ltr'],
  ['1 + 2 = ?', 'ltr'],
] as const)('“%s” is read %s', (text, direction) => {
  expect(directionOf(text)).toBe(direction);
});
