/** An array: its shape, and its numbers in order. */
export interface Tensor<A extends Uint8Array | Float32Array> {
  readonly shape: readonly number[];
  readonly values: A;
}

interface Entry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

interface Header {
  readonly __metadata__?: Record<string, string>;
}

/** Arrays in the safetensors format (huggingface/safetensors): float32 and unsigned bytes, as the server sends them. */
export class SafeTensors {
  readonly #buffer: ArrayBuffer;
  readonly #dataStart: number;
  readonly #entries: Record<string, Entry>;
  readonly #metadata: Record<string, string>;

  constructor(buffer: ArrayBuffer) {
    const length = Number(new DataView(buffer).getBigUint64(0, true));
    const header = new TextDecoder().decode(new Uint8Array(buffer, 8, length));
    this.#buffer = buffer;
    this.#dataStart = 8 + length;
    const { __metadata__: metadata = {}, ...entries } = JSON.parse(header) as Header;
    this.#entries = entries as Record<string, Entry>;
    this.#metadata = metadata;
  }

  /** A JSON value of the metadata. */
  metadata(name: string): unknown {
    return JSON.parse(this.#metadata[name] ?? 'null');
  }

  /** Whether there is an array with this name. */
  has(name: string): boolean {
    return name in this.#entries;
  }

  /** An array of float32. */
  floats(name: string): Tensor<Float32Array> {
    const { entry, start, end } = this.#place(name, 'F32');
    const aligned = start % 4 === 0;
    const values = aligned
      ? new Float32Array(this.#buffer, start, (end - start) / 4)
      : new Float32Array(this.#buffer.slice(start, end));
    return { shape: entry.shape, values };
  }

  /** An array of unsigned bytes. */
  bytes(name: string): Tensor<Uint8Array> {
    const { entry, start, end } = this.#place(name, 'U8');
    return { shape: entry.shape, values: new Uint8Array(this.#buffer, start, end - start) };
  }

  #place(name: string, dtype: string): { entry: Entry; start: number; end: number } {
    const entry = this.#entries[name];
    if (entry?.dtype !== dtype) {
      throw new Error(`no array ${name} of type ${dtype}`);
    }
    const [begin, end] = entry.data_offsets;
    return { entry, start: this.#dataStart + begin, end: this.#dataStart + end };
  }
}
