/** Safetensors with random attention: as any program writes them. */
export function attentionFile(tokens: readonly string[], layers = 3, heads = 2): Uint8Array {
  const size = tokens.length;
  const weights = new Float32Array(layers * heads * size * size);
  let seed = 1;
  for (let row = 0; row < weights.length; row += size) {
    const scores = Array.from({ length: size }, () => (seed = (seed * 48_271) % 2_147_483_647));
    const sum = scores.reduce((a, b) => a + b);
    weights.set(
      scores.map((score) => score / sum),
      row,
    );
  }
  const header = JSON.stringify({
    __metadata__: { tokens: JSON.stringify(tokens), model: 'mine' },
    attention: {
      dtype: 'F32',
      shape: [layers, heads, size, size],
      data_offsets: [0, weights.byteLength],
    },
  });
  const text = new TextEncoder().encode(header.padEnd(Math.ceil(header.length / 8) * 8));
  const file = new Uint8Array(8 + text.length + weights.byteLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(new Uint8Array(weights.buffer), 8 + text.length);
  return file;
}
