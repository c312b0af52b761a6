import { describe, expect, test } from 'vitest';
import { neuronSpace, neuronsOf } from '../src/neurons.ts';
import { partsSentence } from '../src/scores.ts';
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

  test('includes the cap and the bias of the head', () => {
    const bias = [
      [9, 9, 9],
      [0.5, 0.25, -1],
    ];
    const attention = { ...selfAttention(1, 2), cap: 2, bias };
    const neurons = neuronsOf(vectors, attention, 0, 1, 1, new Float32Array([0.25, 0.75]));
    expect(neurons.scaled[0]).toBeCloseTo(-2.5 / Math.SQRT2, 6);
    expect([...neurons.bias]).toEqual([0.5, 0.25]);
    expect(neurons.score[0]).toBeCloseTo(2 * Math.tanh(-2.5 / Math.SQRT2 / 2) + 0.5, 6);
    expect(neurons.score[1]).toBeCloseTo(2 * Math.tanh(6 / Math.SQRT2 / 2) + 0.25, 6);
    expect(partsSentence(attention)).toBe(
      "This model's scores are q · k / √d, capped: 2 · tanh(q · k / √d / 2), with a number added for how far the key is from the query.",
    );
    expect(partsSentence(selfAttention(1, 2))).toBeUndefined();
  });

  test('keeps a zero weight of a visible token', () => {
    expect(neuronsOf(vectors, selfAttention(1, 2), 0, 0, 0, new Float32Array([1, 0])).sees).toEqual([
      true,
      true,
    ]);
  });
});

test.each([1, 32, 64, 128, 256])('steps of %i neurons are side by side', (size) => {
  const { steps, width, neuron } = neuronSpace(size);
  const ends = Object.values(steps).map(({ x, width: wide }) => [x, x + wide]);
  ends.slice(1).forEach(([start], i) => expect(start).toBeGreaterThan(ends[i]![1]!));
  expect(steps.key.width).toBe(size * neuron);
  expect(width).toBe(ends.at(-1)![1]);
});
