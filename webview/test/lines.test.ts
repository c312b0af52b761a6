import { describe, expect, test } from 'vitest';
import { headColor } from '../src/colors.ts';
import { drawLines, eachLine, leastFor, type LineContext } from '../src/marks/lines.ts';
import { drawTints, type TintContext } from '../src/marks/tints.ts';

/** Two heads over two tokens: the first looks at itself, the second at the other. */
const WEIGHTS = new Uint8Array([255, 0, 0, 255, 51, 204, 204, 51]);

/** Writes down what is drawn, so that a snapshot can be read. */
function pen() {
  const drawn: string[] = [];
  const round = (numbers: number[]) => numbers.map((n) => +n.toFixed(2)).join(' ');
  const context = {
    globalAlpha: 1,
    strokeStyle: '',
    fillStyle: '',
    lineWidth: 1,
    path: [] as string[],
    beginPath() {
      this.path = [];
    },
    moveTo(...at: number[]) {
      this.path.push(`M ${round(at)}`);
    },
    bezierCurveTo(...at: number[]) {
      this.path.push(`C ${round(at)}`);
    },
    stroke() {
      drawn.push(`${this.strokeStyle} ${this.globalAlpha.toFixed(2)}: ${this.path.join(' ')}`);
    },
    fillRect(...at: number[]) {
      drawn.push(`${this.fillStyle} ${this.globalAlpha.toFixed(2)}: ${round(at)}`);
    },
  };
  return { drawn, context: context as unknown as LineContext & TintContext };
}

describe('lines', () => {
  test('are those of the heads shown, of at least some weight', () => {
    const lines: number[][] = [];
    eachLine(WEIGHTS, 2, [1], undefined, 100, (...line) => lines.push(line));
    expect(lines).toEqual([
      [0, 0, 1, 204],
      [0, 1, 0, 204],
    ]);
  });

  test.each([
    [
      'query',
      [
        [0, 1, 0, 204],
        [0, 1, 1, 51],
      ],
    ],
    [
      'key',
      [
        [0, 0, 1, 204],
        [0, 1, 1, 51],
      ],
    ],
  ] as const)('of one %s are its own', (side, expected) => {
    const lines: number[][] = [];
    eachLine(WEIGHTS, 2, [1], { side, token: 1 }, 1, (...line) => lines.push(line));
    expect(lines).toEqual(expected);
  });

  test('are no more than can be told apart', () => {
    expect(leastFor(WEIGHTS, 2, [0, 1], 4)).toBe(52);
    expect(leastFor(WEIGHTS, 2, [0, 1], 2)).toBe(205);
    expect(leastFor(WEIGHTS, 2, [0, 1], 1)).toBe(256);
    expect(leastFor(WEIGHTS, 2, [0, 1])).toBe(1);
  });

  test('run beside each other, one colour a head, as strong as their weight', () => {
    const { drawn, context } = pen();
    drawLines(context, { width: 100, rowHeight: 20 }, ['red', 'blue'], WEIGHTS, 2, [0, 1]);
    expect(drawn).toMatchInlineSnapshot(`
      [
        "red 1.00: M 0 9 C 42 9 58 9 100 9 M 0 29 C 42 29 58 29 100 29",
        "blue 0.09: M 0 11 C 42 11 58 11 100 11 M 0 31 C 42 31 58 31 100 31",
        "blue 0.72: M 0 11 C 42 11 58 31 100 31 M 0 31 C 42 31 58 11 100 11",
      ]
    `);
  });

  test('of one token alone are exactly as strong as their weight', () => {
    const { drawn, context } = pen();
    drawLines(context, { width: 100, rowHeight: 20 }, ['blue'], WEIGHTS, 2, [1], { side: 'query', token: 0 });
    expect(drawn).toMatchInlineSnapshot(`
      [
        "blue 0.20: M 0 10 C 42 10 58 10 100 10",
        "blue 0.80: M 0 10 C 42 10 58 30 100 30",
      ]
    `);
  });
});

describe('tints', () => {
  test('are a cell for each token and head', () => {
    const { drawn, context } = pen();
    drawTints(context, 20, ['red', 'blue'], new Float32Array([1, 0, 0.25, 0.75]), 2, [0, 1]);
    expect(drawn).toMatchInlineSnapshot(`
      [
        "red 1.00: 0 1 6 18",
        "blue 0.25: 7 1 6 18",
        "blue 0.75: 7 21 6 18",
      ]
    `);
  });
});

describe('colours', () => {
  test.each([8, 12, 16, 24])('of %i heads all differ', (heads) => {
    for (const dark of [true, false]) {
      const colors = Array.from({ length: heads }, (_, head) => headColor(head, heads, dark));
      expect(new Set(colors).size).toBe(heads);
    }
  });
});
