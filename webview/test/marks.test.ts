import { describe, expect, test } from 'vitest';
import { drawArcs } from '../src/marks/arcs.ts';
import { drawCells, drawLegend, pixels, tinted } from '../src/marks/cells.ts';
import { drawColumnLabels, drawRowLabels } from '../src/marks/labels.ts';
import { drawLines, drawThumbnailLines, eachLine, thresholdFor, type Weights } from '../src/marks/lines.ts';
import { rootMeanSquare, signedPixels } from '../src/marks/strips.ts';
import { fitted, type Surface } from '../src/marks/surface.ts';
import { svg } from '../src/marks/svg.ts';
import { drawTints } from '../src/marks/tints.ts';
import { ramp, SEQUENTIAL } from '../src/ramps.ts';

/** Two heads over two tokens: in the first each token attends to itself, in the second to the other. */
const WEIGHTS: Weights = {
  bytes: new Uint8Array([255, 0, 0, 255, 51, 204, 204, 51]),
  queries: 2,
  keys: 2,
};
const [RED, BLUE] = ['#d02020', '#2060d0'] as const;

/** Compares what is drawn with a picture that a person can open. */
const looksLike = (name: string, width: number, height: number, draw: (surface: Surface) => void) =>
  expect(svg({ name, width, height, draw })).toMatchFileSnapshot(`snapshots/${name}.svg`);

describe('lines', () => {
  test('are those of the shown heads, above a threshold', () => {
    const lines: number[][] = [];
    eachLine(WEIGHTS, [1], undefined, 100, (...line) => lines.push(line));
    expect(lines).toEqual([
      [0, 0, 1, 204],
      [0, 1, 0, 204],
    ]);
  });

  test.each([
    ['query', [1, 0, 204], [1, 1, 51]],
    ['key', [0, 1, 204], [1, 1, 51]],
  ] as const)('of one %s are its own', (side, ...expected) => {
    const lines: number[][] = [];
    eachLine(WEIGHTS, [1], { side, index: 1 }, 1, (_, ...line) => lines.push(line));
    expect(lines).toEqual(expected);
  });

  test('of a matrix that is not square are in the right places', () => {
    const lines: number[][] = [];
    const wide = { bytes: new Uint8Array([0, 0, 9, 0, 7, 0]), queries: 2, keys: 3 };
    eachLine(wide, [0], undefined, 1, (_, ...line) => lines.push(line));
    expect(lines).toEqual([
      [0, 2, 9],
      [1, 1, 7],
    ]);
  });

  test('are no more than can be distinguished', () => {
    expect(thresholdFor(WEIGHTS, [0, 1], 4)).toBe(52);
    expect(thresholdFor(WEIGHTS, [0, 1], 2)).toBe(205);
    expect(thresholdFor(WEIGHTS, [0, 1], 1)).toBe(255); // of those of weight 1 all are drawn
    expect(thresholdFor(WEIGHTS, [0, 1])).toBe(1);
  });

  test('run beside each other, one colour a head', async () => {
    await looksLike('lines', 100, 40, (surface) =>
      drawLines(surface, { width: 100, rowHeight: 20 }, [RED, BLUE], WEIGHTS, [0, 1]),
    );
  });

  test('of a single token are exactly as opaque as their weight', async () => {
    await looksLike('lines-of-one-token', 100, 40, (surface) =>
      drawLines(surface, { width: 100, rowHeight: 20 }, [BLUE], WEIGHTS, [1], { side: 'query', index: 0 }),
    );
  });

  test('below a threshold are not drawn', async () => {
    await looksLike('lines-above-a-threshold', 100, 40, (surface) =>
      drawLines(surface, { width: 100, rowHeight: 20 }, [RED, BLUE], WEIGHTS, [0, 1], undefined, 0.5),
    );
  });

  test('of a thumbnail are straight', async () => {
    const previous = { bytes: new Uint8Array([255, 0, 0, 255, 0, 0, 0, 255, 0]), queries: 3, keys: 3 };
    await looksLike('thumbnail', 60, 60, (surface) => drawThumbnailLines(surface, 60, RED, previous, 0));
  });
});

test('arcs run over the sentence, and end at the later word', async () => {
  const space = { queries: [20, 80, 140], keys: [20, 80, 140], height: 80 };
  const bytes = new Uint8Array([255, 0, 0, 200, 0, 0, 0, 0, 0, 0, 120, 0, 0, 0, 255, 0, 0, 40]);
  await looksLike('arcs', 160, 80, (surface) =>
    drawArcs(surface, space, [RED, BLUE], { bytes, queries: 3, keys: 3 }, [0, 1]),
  );
});

test('an arc of a single word is a loop', () => {
  const space = { queries: [20], keys: [20], height: 80 };
  const weights = { bytes: new Uint8Array([255]), queries: 1, keys: 1 };
  const draw = (surface: Surface) => drawArcs(surface, space, [RED], weights, [0]);
  expect(svg({ name: 'one', width: 40, height: 80, draw })).toMatch(/d="M20 80C11 64 29 64 20 80"/);
});

describe('cells', () => {
  const matrix = { values: new Float32Array([1, 0.25, 0.004, 0.5]), queries: 2, keys: 2 };
  const style = { ramp: SEQUENTIAL.ylgnbu, largest: 1, threshold: 0, empty: [255, 255, 255] } as const;

  test('contain their numbers if they are large', async () => {
    await looksLike('cells', 80, 80, (surface) => drawCells(surface, matrix, 40, style, 'sans-serif'));
  });

  test('contain none if they are small, and are empty below a threshold', async () => {
    await looksLike('cells-small', 40, 40, (surface) =>
      drawCells(surface, matrix, 20, { ...style, threshold: 0.3 }, 'sans-serif'),
    );
  });

  test('as pixels have the colours of the ramp', () => {
    const grey = { ramp: SEQUENTIAL.grey, largest: 255, threshold: 10, empty: [1, 2, 3] } as const;
    const painted = pixels({ values: new Uint8Array([0, 255, 128]), queries: 1, keys: 3 }, grey);
    expect([...painted]).toEqual([1, 2, 3, 255, 255, 255, 255, 255, 128, 128, 128, 255]);
  });

  test('of a head have its colour, and an opacity by weight', () => {
    const painted = tinted(new Uint8Array([0, 255, 20]), [10, 20, 30], 0.1);
    expect([...painted]).toEqual([10, 20, 30, 0, 10, 20, 30, 255, 10, 20, 30, 0]);
  });

  test('have a legend', async () => {
    const label = { color: '#333333', font: 'sans-serif' };
    await looksLike('legend', 200, 30, (surface) => drawLegend(surface, style, 30, 10, label));
  });
});

describe('signed numbers', () => {
  const two = ramp('#ff0000', '#000000', '#0000ff');

  test('are one colour above zero and another below, and pale near it', () => {
    const matrix = { values: new Float32Array([0, 100, -100]), queries: 1, keys: 3 };
    expect([...signedPixels(matrix, 1, two)]).toEqual([0, 0, 0, 255, 0, 0, 255, 255, 255, 0, 0, 255]);
  });

  test('spread by the root of their mean square', () => {
    expect(rootMeanSquare(new Float32Array([3, -4, 0, 0]))).toBe(2.5);
    expect(rootMeanSquare(new Float32Array())).toBe(0);
  });
});

test('tints are a cell for each token and head', async () => {
  const weights = new Float32Array([1, 0, 0.25, 0.75]);
  await looksLike('tints', 16, 40, (surface) => drawTints(surface, 20, [RED, BLUE], weights, 2, [0, 1]));
});

describe('labels', () => {
  const style = { color: '#222222', font: 'sans-serif' };

  test('are next to rows and above columns', async () => {
    await looksLike('labels', 160, 120, (surface) => {
      drawColumnLabels(surface, ['東京', 'a <b> & "c"'], 30, 60, style);
      surface.save();
      surface.translate(0, 60);
      drawRowLabels(surface, ['naïve', '🙂'], 26, 100, 90, 'right', style);
      surface.restore();
    });
  });

  test('are left out where they would touch, and shortened where they are too long', async () => {
    await looksLike('labels-close', 60, 40, (surface) => {
      drawRowLabels(surface, ['first', 'second', 'third', 'incomprehensible'], 4, 0, 40, 'left', style);
    });
    const surface = { measureText: (text: string) => ({ width: [...text].length * 10 }) };
    expect(fitted(surface, '🙂🙂🙂🙂', 30)).toBe('🙂🙂…');
    expect(fitted(surface, 'abc', 30)).toBe('abc');
  });
});
