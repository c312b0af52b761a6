import { describe, expect, test } from 'vitest';
import { FileSource } from '../src/fileSource.ts';
import type { Attention, Inspection } from '../src/inspection.ts';
import { SafeTensors } from '../src/safetensors.ts';
import { Remembered, sourcesOf, type Source } from '../src/source.ts';
import { BOTH, selfAttention } from './inspections.ts';
import { planes, safetensors, vectors } from './safetensors.ts';

describe('a file as source', () => {
  const token = { text: 'a', id: 1, segment: 0, type: 0 };
  const inspection: Inspection = {
    model: 'm',
    layers: 4,
    heads: 8,
    headSize: 2,
    causal: false,
    attentions: [selfAttention(4, 2)],
    text: '',
    tokens: [token, token],
    cuts: [],
    blanks: [],
    shownLayers: [1, 3],
    shownHeads: [5],
  };
  // [layer][head][token][d]: zeros in the first layer shown, something to find in the second
  const query = new Float32Array([0, 0, 0, 0, 1, 0, 0, 2]);
  const key = new Float32Array([0, 0, 0, 0, 1, 0, 0, 1]);
  const source = new FileSource(
    inspection,
    new SafeTensors(safetensors(vectors('', [2, 1], 2, query, key))),
    'self',
  );
  const softmax = (a: number, b: number) => Math.exp(a) / (Math.exp(a) + Math.exp(b));

  test('computes softmax(QKᵀ/√d)', async () => {
    const strong = softmax(Math.SQRT1_2, 0);
    const stronger = softmax(2 * Math.SQRT1_2, 0);
    expect([...(await source.from(3, 0))]).toEqual([Math.fround(strong), Math.fround(1 - strong)]);
    expect([...(await source.to(3, 1))]).toEqual([Math.fround(1 - strong), Math.fround(stronger)]);
    expect([...(await source.layer(3))]).toEqual(
      [strong, 1 - strong, 1 - stronger, stronger].map((w) => Math.round(255 * w)),
    );
  });

  test('knows which layers it has', async () => {
    expect([...(await source.from(1, 1))]).toEqual([0.5, 0.5]);
  });
});

describe('a file of a model with masks', () => {
  const token = { text: 'a', id: 1, segment: 0, type: 0 };
  const ones = new Float32Array(2 * 3).fill(1);
  const inspection: Inspection = {
    model: 'm',
    layers: 2,
    heads: 1,
    headSize: 1,
    causal: false,
    attentions: [selfAttention(2, 3)],
    text: '',
    tokens: [token, token, token],
    cuts: [],
    blanks: [],
  };
  const file = (change: Partial<Attention>) =>
    new FileSource(
      { ...inspection, attentions: [selfAttention(2, 3, change)] },
      new SafeTensors(safetensors(vectors('', [2, 1], 1, ones, ones))),
      'self',
    );

  test('attends to nothing after a token of a causal model', async () => {
    const third = Math.fround(1 / 3);
    expect([...(await file({ causal: true }).head(1, 0))]).toEqual([
      1,
      0,
      0,
      0.5,
      0.5,
      0,
      third,
      third,
      third,
    ]);
  });

  test('attends by its scores as the model makes them', async () => {
    const share = (scores: number[]) => {
      const sum = scores.reduce((all, score) => all + Math.exp(score), 0);
      return scores.map((score) => Math.fround(Math.exp(score) / sum));
    };
    const biased = file({ bias: [[1, 2, 3, 4, 5]] });
    expect([...(await biased.from(1, 0))]).toEqual(share([4, 5, 6]));
    expect([...(await biased.from(1, 2))]).toEqual(share([2, 3, 4]));
    const capped = file({ cap: 0.5, bias: [[0, 0, 0, 1, 0]] });
    const cap = 0.5 * Math.tanh(2);
    expect([...(await capped.from(1, 1))]).toEqual(share([cap, cap, cap + 1]));
  });

  test('attends by the vectors for distances of disentangled attention', async () => {
    const attention = selfAttention(1, 2, { disentangled: ['c2p', 'p2c'] });
    const numbers = planes([1, 2, 3, 4, 0, 1, 2, -1, 0, 1]); // queries, keys, positionKey, positionQuery
    const arrays = {
      vectors: { shape: [1, 1, 2, 10, 1], values: Uint8Array.from(numbers) },
      steps: { shape: [1, 1, 4], values: new Float32Array([1, 0.5, 0.25, 2]) },
      attention: { shape: [1, 1, 2, 2, 2], values: new Uint8Array(8) },
    };
    const one = { ...inspection, layers: 1, attentions: [attention] };
    const source = new FileSource(one, new SafeTensors(safetensors(arrays)), 'self');
    const { positionKey, positionQuery } = await source.vectors(0, 0);
    expect([...positionKey!]).toEqual([0, 0.25, 0.5]);
    expect([...positionQuery!]).toEqual([-2, 0, 2]);
    // q = 1: k = 1.5 at the distance 0, k = 2 at 1
    const scores = [1.5 + 0.25 + 0, 2 + 0.5 + 2 * 2];
    const sum = scores.reduce((all, score) => all + Math.exp(score), 0);
    const weights = await source.from(0, 0);
    scores.forEach((score, key) => expect(weights[key]).toBeCloseTo(Math.exp(score) / sum, 6));
  });

  test('attends to nothing outside of the window of a local layer', async () => {
    const source = file({ reach: [null, 1] });
    const third = Math.fround(1 / 3);
    expect([...(await source.from(0, 0))]).toEqual([third, third, third]);
    expect([...(await source.from(1, 0))]).toEqual([0.5, 0.5, 0]);
    expect([...(await source.from(1, 1))]).toEqual([third, third, third]);
  });
});

test('a file of an encoder-decoder has queries and keys of each attention', async () => {
  const ones = (count: number) => new Float32Array(count).fill(1);
  const inspection = { ...BOTH, heads: 1, headSize: 1 };
  const arrays = new SafeTensors(
    safetensors({
      ...vectors('decoder', [2, 1], 1, ones(4), ones(4)),
      ...vectors(
        'cross',
        [2, 1],
        1,
        Float32Array.of(9, 9, 0, 1),
        Float32Array.of(9, 9, 9, 9, 9, 0, 1, 2, 0, 0),
      ),
    }),
  );
  const decoder = new FileSource(inspection, arrays, 'decoder');
  expect([...(await decoder.head(1, 0))]).toEqual([1, 0, 0.5, 0.5]);
  expect([...(await decoder.to(1, 5))]).toEqual([1, 0.5]);
  const cross = new FileSource(inspection, arrays, 'cross');
  expect([...(await cross.from(1, 5))]).toEqual([...ones(5)].map(() => Math.fround(0.2)));
  const sum = 3 + Math.E + Math.E ** 2;
  const row = [1, Math.E, Math.E ** 2, 1, 1].map((exp) => Math.fround(exp / sum));
  expect([...(await cross.from(1, 6))]).toEqual(row);
  expect([...(await cross.to(1, 2))]).toEqual([Math.fround(0.2), row[2]]);
  expect(await cross.vectors(1, 0)).toEqual({
    query: Float32Array.of(0, 1),
    key: Float32Array.of(0, 1, 2, 0, 0),
  });
});

test('what is added to the attention of queries and keys makes it exact', async () => {
  const inspection = { ...BOTH, heads: 1, headSize: 1 };
  const zeros = new Float32Array(4);
  const arrays = vectors('decoder', [2, 1], 1, zeros, zeros, [0, 0, -2500, 2500]);
  const source = new FileSource(inspection, new SafeTensors(safetensors(arrays)), 'decoder');
  expect([...(await source.head(0, 0))]).toEqual([1, 0, 0.25, 0.75]);
  expect([...(await source.head(1, 0))]).toEqual([1, 0, 0.5, 0.5]);
});

test('a file without queries and keys has the weights themselves', async () => {
  const inspection = { ...BOTH, heads: 1, headSize: 0 };
  const values = Uint8Array.from([...planes([0, 10_000, 2500, 7500]), ...planes([10_000, 0, 5000, 5000])]);
  const arrays = safetensors({ decoderAttention: { shape: [2, 1, 2, 2, 2], values } });
  const source = new FileSource(inspection, new SafeTensors(arrays), 'decoder');
  expect([...(await source.head(0, 0))]).toEqual([0, 1, 0.25, 0.75]);
  expect([...(await source.head(1, 0))]).toEqual([1, 0, 0.5, 0.5]);
  await expect(source.vectors(0, 0)).rejects.toThrow('This page holds no queries and keys.');
});

describe('the cache', () => {
  test('is requested once, and evicted after other requests', async () => {
    const asked: string[] = [];
    const memory = new Remembered<string>(2);
    const get = (key: string) =>
      memory.get(key, () => {
        asked.push(key);
        return Promise.resolve(key);
      });
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) {
      await get(key);
    }
    expect(asked).toEqual(['a', 'b', 'c', 'b']);
  });

  test('is requested again after a failure', async () => {
    const memory = new Remembered<string>(2);
    await expect(memory.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(memory.get('a', () => Promise.resolve('yes'))).resolves.toBe('yes');
  });
});

describe('the sources of an inspection', () => {
  test('are one for each attention and measure', () => {
    const made: string[] = [];
    const sources = sourcesOf((kind, measure) => {
      made.push(`${kind} ${measure}`);
      return {} as Source;
    });
    expect(sources('self')).toBe(sources('self', 'weight'));
    expect(sources('self', 'norm')).not.toBe(sources('self'));
    expect(sources('cross', 'norm')).not.toBe(sources('self', 'norm'));
    expect(made).toEqual(['self weight', 'self norm', 'cross norm']);
  });
});
