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

/** A PNG that says how many of its pixels make an inch (a pHYs chunk), so that it is placed as large as was asked. */
export function withDensity(png: Uint8Array, dpi: number): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  const perMetre = Math.round(dpi * METRE_IN_INCHES);
  view.setUint32(0, 9); // bytes of content
  chunk.set([0x70, 0x48, 0x59, 0x73], 4); // pHYs
  view.setUint32(8, perMetre);
  view.setUint32(12, perMetre);
  chunk[16] = 1; // a metre
  view.setUint32(17, crc32(chunk.subarray(4, 17)));
  const whole = new Uint8Array(png.length + chunk.length);
  whole.set(png.subarray(0, BEFORE));
  whole.set(chunk, BEFORE);
  whole.set(png.subarray(BEFORE), BEFORE + chunk.length);
  return whole;
}
