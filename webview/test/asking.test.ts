import { expect, test } from 'vitest';
import { Asking } from '../src/views/why/asking.ts';
import type { Reasons } from '../src/source.ts';
import type { AnswerPart } from '../src/why.ts';
import { PAIR, stateOf } from './inspections.ts';

const FIRST: AnswerPart = {
  question: '',
  quantity: 1,
  word: { id: 7, word: 'were', probability: 0.6 },
  rather: { id: 9, word: 'was', probability: 0.3 },
};

/** Counts what is measured; the measurement goes on until it is told to end. */
function prepared() {
  let [measured, end] = [0, () => {}];
  const reasons: Reasons = {
    measure: (_, tell) => {
      measured++;
      tell(FIRST);
      return new Promise((resolve) => (end = resolve));
    },
    lens: () => Promise.resolve([]),
  };
  const asking = new Asking(
    () => {},
    () => {},
  );
  return { asking, reasons, measured: () => measured, end: () => end() };
}

test('naming the words that are asked about measures nothing again', () => {
  const { asking, reasons, measured } = prepared();
  const state = stateOf(PAIR);
  expect(asking.ask(state, reasons)).toBe(true);
  const named = asking.named(state);
  expect(named).toEqual({ why: 7, rather: 9 });
  expect(asking.ask({ ...state, ...named }, reasons)).toBe(false);
  expect([measured(), asking.answer?.word.word]).toEqual([1, 'were']);
  expect(asking.ask({ ...state, ...named, why: 8 }, reasons)).toBe(true);
});

test('what was stopped halfway is measured again, what has ended is not', async () => {
  const { asking, reasons, measured, end } = prepared();
  const state = stateOf(PAIR);
  asking.ask(state, reasons);
  asking.stop();
  expect(asking.ask(state, reasons)).toBe(true);
  end();
  await Promise.resolve().then(() => Promise.resolve());
  asking.stop();
  expect([asking.ask(state, reasons), measured()]).toEqual([false, 2]);
});
