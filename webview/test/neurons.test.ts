import { describe, expect, test } from 'vitest';
import { neuronSpace, neuronsOf } from '../src/neurons.ts';
import { partsOf, partsSentence, scoreHeading } from '../src/scores.ts';
import { selfAttention } from './inspections.ts';

describe('the arithmetic of a head', () => {
  const vectors = {
    query: new Float32Array([1, 2, 3, 4]),
    key: new Float32Array([0.5, -1, 2, 0]),
  };

  test('is query times key, summed, scaled', () => {
    const neurons = neuronsOf(vectors, selfAttention(1, 2), 0, 0, 1, new Float32Array([0.25, 0.75]));
    expect([...neurons.query]).toEqual([3, 4]);
    expect([...neurons.product]).toEqual([1.5, -4, 6, 0]);
    expect(neurons.score[0]).toBeCloseTo(-2.5 / Math.SQRT2, 6);
    expect(neurons.score[1]).toBeCloseTo(6 / Math.SQRT2, 6);
    expect([...neurons.softmax]).toEqual([0.25, 0.75]);
    expect(neurons.sees).toEqual([true, true]);
  });

  test('leaves out masked tokens', () => {
    const causal = selfAttention(1, 2, { causal: true });
    expect(neuronsOf(vectors, causal, 0, 0, 0, new Float32Array([1, 0])).sees).toEqual([true, false]);
  });

  test('of cross-attention numbers queries and keys separately', () => {
    const cross = { ...selfAttention(1, 2), kind: 'cross', queries: { start: 2, end: 4 } } as const;
    const neurons = neuronsOf(vectors, cross, 0, 0, 3, new Float32Array([0.25, 0.75]));
    expect(neurons.token).toBe(3);
    expect([...neurons.query]).toEqual([3, 4]);
    expect([...neurons.product]).toEqual([1.5, -4, 6, 0]);
    expect(neurons.sees).toEqual([true, true]);
  });

  test('splits scores into the parts that they are the sum of', () => {
    const bias = [
      [9, 9, 9],
      [0.5, 0.25, -1],
    ];
    const attention = { ...selfAttention(1, 2), cap: 2, bias };
    const neurons = neuronsOf(vectors, attention, 0, 1, 1, new Float32Array([0.25, 0.75]));
    const dots = [-2.5 / Math.SQRT2, 6 / Math.SQRT2];
    const capped = dots.map((dot) => 2 * Math.tanh(dot / 2));
    expect([...neurons.parts.keys()]).toEqual(['dot', 'capped', 'bias']);
    const near = (values: Float32Array | undefined, wanted: number[]) =>
      wanted.forEach((value, i) => expect(values![i]).toBeCloseTo(value, 6));
    near(neurons.parts.get('dot'), dots);
    near(neurons.parts.get('capped'), capped);
    near(neurons.parts.get('bias'), [0.5, 0.25]);
    near(neurons.score, [capped[0]! + 0.5, capped[1]! + 0.25]);
  });

  test('adds what query and key have to do with the distance, in disentangled attention', () => {
    const positions = {
      ...vectors,
      positionKey: new Float32Array([1, 0, 0, 1, 2, 2]), // for keys one before, the same, one after
      positionQuery: new Float32Array([0, 3, 1, 1, 0, -1]),
    };
    const attention = { ...selfAttention(1, 2), disentangled: ['c2p', 'p2c'] as const };
    const neurons = neuronsOf(positions, attention, 0, 0, 0, new Float32Array([0.25, 0.75]));
    expect([...neurons.parts.keys()]).toEqual(['dot', 'c2p', 'p2c']);
    const near = (values: Float32Array | undefined, wanted: number[]) =>
      wanted.forEach((value, i) => expect(values![i]).toBeCloseTo(value / Math.SQRT2, 6));
    near(neurons.parts.get('dot'), [-1.5, 2]);
    near(neurons.parts.get('c2p'), [2, 6]); // q = (1, 2), with (0, 1) and (2, 2)
    near(neurons.parts.get('p2c'), [-0.5, 0]); // k = (0.5, -1) with (1, 1); (2, 0) with (0, -1)
    near(neurons.score, [0, 8]);
  });

  test('names only the parts that a model has, and says what they are', () => {
    const plain = selfAttention(1, 2);
    const named = (change: object) => {
      const attention = { ...plain, ...change };
      const parts = partsOf(attention, 0).map(({ name }) => name);
      return [parts, scoreHeading(attention)[0], partsSentence(attention)];
    };
    expect(named({})).toEqual([[], 'q · k / √d', undefined]);
    expect(named({ cap: 50 })).toEqual([
      ['q·k/√d'],
      'capped',
      expect.stringContaining('capped: 50 · tanh(q · k / √d / 50)'),
    ]);
    expect(named({ bias: [[3, 1, 2]] })).toEqual([
      ['q·k/√d', '+ bias'],
      '= score',
      expect.stringContaining('plus a bias'),
    ]);
    expect(named({ bias: [[-0.5, 0, 0.5]] })).toEqual([
      ['q·k/√d', '+ ALiBi'],
      '= score',
      expect.stringContaining('plus ALiBi'),
    ]);
    expect(named({ disentangled: ['c2p', 'p2c'] })).toEqual([
      ['q·k/√d', '+ c2p', '+ p2c'],
      '= score',
      expect.stringContaining('plus c2p, how well the query fits the distance, plus p2c'),
    ]);
    expect(partsOf({ ...plain, bias: [[-0.5, 0, 0.5]] }, 0)[1]!.title).toContain('0.5 × (place of the key');
  });

  test('keeps a zero weight of a visible token', () => {
    expect(neuronsOf(vectors, selfAttention(1, 2), 0, 0, 0, new Float32Array([1, 0])).sees).toEqual([
      true,
      true,
    ]);
  });
});

test.each([1, 32, 64, 128, 256])('columns of %i neurons are side by side', (size) => {
  for (const room of [150, Infinity]) {
    const { steps, parts, width, neuron } = neuronSpace(size, ['dot', 'capped', 'bias'], room);
    const { score, softmax, ...strips } = steps;
    const ends = [...Object.values(strips), ...parts.values(), score, softmax].map(
      ({ x, width: wide }) => [x, x + wide] as const,
    );
    ends.slice(1).forEach(([start], i) => expect(start).toBeGreaterThan(ends[i]![1]));
    expect(steps.key.width).toBe(size * neuron);
    Object.values(strips).forEach(({ width: wide }) => expect(wide).toBeGreaterThanOrEqual(34)); // their headings'
    expect(width).toBe(ends.at(-1)![1]);
  }
});
