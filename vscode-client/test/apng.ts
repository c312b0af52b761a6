import { crc32 } from 'node:zlib';

/** A frame of an animation. */
export interface Frame {
  /** A PNG; all have the same size and kind of colours. */
  readonly png: Buffer;
  /** How long it is shown. */
  readonly ms: number;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.push({
      type: png.toString('latin1', at + 4, at + 8),
      data: png.subarray(at + 8, at + 8 + length),
    });
    at += 12 + length;
  }
  return chunks;
}

function written({ type, data }: Chunk): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

const numbers = (...values: number[]) => {
  const data = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => data.writeUInt32BE(value, 4 * i));
  return data;
};

/**
 * An animated PNG (PNG specification, third edition), which repeats. Frames are stored whole, as they are, and equal ones
 * in a row once.
 */
export function apng(all: readonly Frame[]): Buffer {
  const frames: { png: Buffer; ms: number }[] = [];
  for (const { png, ms } of all) {
    const last = frames.at(-1);
    if (last?.png.equals(png)) {
      last.ms += ms;
    } else {
      frames.push({ png, ms });
    }
  }
  const header = chunksOf(frames[0]!.png).find(({ type }) => type === 'IHDR')!.data;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const chunks: Chunk[] = [
    { type: 'IHDR', data: header },
    { type: 'acTL', data: numbers(frames.length, 0) },
  ];
  let sequence = 0;
  frames.forEach(({ png, ms }, index) => {
    const parts = chunksOf(png);
    if (!parts.find(({ type }) => type === 'IHDR')!.data.equals(header)) {
      throw new Error('The frames of an animation differ in size or colours.');
    }
    const delay = Buffer.alloc(6); // numerator and denominator, then: leave the frame, and replace the one before
    delay.writeUInt16BE(ms, 0);
    delay.writeUInt16BE(1000, 2);
    const control = Buffer.concat([numbers(sequence++, width, height, 0, 0), delay]);
    chunks.push({ type: 'fcTL', data: control });
    for (const { data } of parts.filter(({ type }) => type === 'IDAT')) {
      chunks.push(
        index === 0
          ? { type: 'IDAT', data }
          : { type: 'fdAT', data: Buffer.concat([numbers(sequence++), data]) },
      );
    }
  });
  chunks.push({ type: 'IEND', data: Buffer.alloc(0) });
  return Buffer.concat([SIGNATURE, ...chunks.map(written)]);
}
