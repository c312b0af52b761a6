/** The value of a digit of base 85 by its character, as the server's PageText writes it. */
const VALUES = new Uint8Array(128);
for (let digit = 0; digit < 85; digit++) {
  const character = 0x28 + digit;
  VALUES[character === 0x3c ? 0x21 : character === 0x3e ? 0x23 : character] = digit;
}

/** Bytes that a page holds as text: five digits are four bytes, a little-endian number. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const words = Math.floor(text.length / 5);
  const rest = text.length % 5;
  const bytes = new Uint8Array(4 * words + Math.max(0, rest - 1));
  for (let from = 0, at = 0; from < text.length; from += 5) {
    const to = Math.min(from + 5, text.length);
    let word = 0;
    for (let i = to - 1; i >= from; i--) {
      word = word * 85 + VALUES[text.charCodeAt(i)]!;
    }
    for (let i = to - from - 1; i > 0; i--) {
      bytes[at++] = word;
      word = Math.floor(word / 256);
    }
  }
  return bytes;
}

/** What was deflated (RFC 1951). */
export async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  const inflating = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(inflating).arrayBuffer();
}
