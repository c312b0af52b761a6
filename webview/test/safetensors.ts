/** Arrays in the safetensors format, as the server writes them. */
export function safetensors(arrays: Record<string, { shape: number[]; values: Float32Array | Uint8Array }>) {
  let at = 0;
  const header: Record<string, unknown> = {};
  for (const [name, { shape, values }] of Object.entries(arrays)) {
    const dtype = values instanceof Float32Array ? 'F32' : 'U8';
    header[name] = { dtype, shape, data_offsets: [at, at + values.byteLength] };
    at += values.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + at);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  at = 8 + json.length;
  for (const { values } of Object.values(arrays)) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes.buffer;
}

/** Whole numbers as a page holds them: low bytes first; n is 2n, a negative one -2n - 1. */
export function planes(numbers: readonly number[]): number[] {
  const unsigned = numbers.map((n) => (n < 0 ? -2 * n - 1 : 2 * n));
  return [...unsigned.map((n) => n & 255), ...unsigned.map((n) => n >> 8)];
}

/**
 * Queries and keys of an attention as a page holds them, whole numbers; [layer][head][token][d].
 *
 * @param kind that they are named by; empty if a model has only one
 * @param places how many layers and heads there are
 * @param added to the weights of the first head, in units of 1/10,000
 */
export function vectors(
  kind: string,
  [layers, heads]: readonly [number, number],
  size: number,
  query: Float32Array,
  key: Float32Array,
  added: readonly number[] = [],
) {
  const name = (what: string) => (kind ? kind + what.charAt(0).toUpperCase() + what.slice(1) : what);
  const places = layers * heads;
  const [rows, columns] = [query, key].map((all) => all.length / places / size) as [number, number];
  const part = (all: Float32Array, place: number) => [
    ...all.subarray((place * all.length) / places, ((place + 1) * all.length) / places),
  ];
  const both = Array.from({ length: places }, (_, place) =>
    planes([...part(query, place), ...part(key, place)]),
  ).flat();
  const weights = new Uint8Array(2 * places * rows * columns);
  weights.set(added.length > 0 ? planes(added) : []);
  return {
    [name('vectors')]: { shape: [layers, heads, 2, rows + columns, size], values: Uint8Array.from(both) },
    [name('steps')]: { shape: [layers, heads, 2], values: new Float32Array(2 * places).fill(1) },
    [name('attention')]: { shape: [layers, heads, 2, rows, columns], values: weights },
  };
}
