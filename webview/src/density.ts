const METRE_IN_INCHES = 39.3701;
/** A PNG begins with its signature (8) and its IHDR chunk (25). */
const BEFORE = 33;

/** The checksum of PNG's chunks (ISO 3309). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
  }
  return ~crc >>> 0;
}

/** A PNG that says how many of its pixels make an inch, so that it is placed as large as was asked. */
export function withDensity(png: Uint8Array, dpi: number): Uint8Array<ArrayBuffer> {
  const content = new Uint8Array(9);
  const view = new DataView(content.buffer);
  const perMetre = Math.round(dpi * METRE_IN_INCHES);
  view.setUint32(0, perMetre);
  view.setUint32(4, perMetre);
  content[8] = 1; // a metre
  return withChunk(png, 'pHYs', content);
}

/** A PNG that says what it shows. */
export const withDescription = (png: Uint8Array, text: string) =>
  // its keyword, then: not compressed, in no language, no translated keyword
  withChunk(png, 'iTXt', new TextEncoder().encode(`Description\0\0\0\0\0${text}`));

/** A PNG with another chunk after its header. */
function withChunk(png: Uint8Array, type: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(12 + content.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, content.length);
  chunk.set(new TextEncoder().encode(type), 4);
  chunk.set(content, 8);
  view.setUint32(8 + content.length, crc32(chunk.subarray(4, 8 + content.length)));
  const whole = new Uint8Array(png.length + chunk.length);
  whole.set(png.subarray(0, BEFORE));
  whole.set(chunk, BEFORE);
  whole.set(png.subarray(BEFORE), BEFORE + chunk.length);
  return whole;
}
