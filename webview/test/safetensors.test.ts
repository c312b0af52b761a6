import { describe, expect, test } from 'vitest';
import { SafeTensors } from '../src/safetensors.ts';
import { safetensors } from './safetensors.ts';

describe('safetensors', () => {
  const buffer = safetensors({
    bytes: { shape: [3], values: new Uint8Array([1, 2, 255]) },
    floats: { shape: [1, 2], values: new Float32Array([0.5, -1]) },
  });

  test('arrays keep their shape and their numbers, at any offset', () => {
    const arrays = new SafeTensors(buffer);
    expect(arrays.floats('floats')).toEqual({ shape: [1, 2], values: new Float32Array([0.5, -1]) });
    expect([...arrays.bytes('bytes').values]).toEqual([1, 2, 255]);
  });

  test('an array that is missing or of another type is an error', () => {
    const arrays = new SafeTensors(buffer);
    expect(() => arrays.floats('bytes')).toThrow('no array bytes of type F32');
    expect(() => arrays.bytes('none')).toThrow('no array none');
  });
});
