import type { Inspection, ModelState } from './inspection.ts';
import { SafeTensors } from './safetensors.ts';
import { Remembered, type Source } from './source.ts';

/** Something that a person can act on; the message is one sentence. */
export class Refused extends Error {
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;

  constructor(sentence: string, status: number) {
    super(sentence);
    this.status = status;
  }
}

/** What is said where the server doesn't answer. */
export const GONE = 'Headlight’s server does not answer: start it again, or reload this page once it runs.';

async function ask(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`api/${path}`, init);
  } catch (cause) {
    if (init?.signal?.aborted) {
      throw cause;
    }
    throw new Refused(GONE, 0);
  }
  if (!response.ok) {
    const body = (await response.json().catch(() => ({}))) as { error?: string };
    throw new Refused(body.error ?? `The server answered with ${response.status}.`, response.status);
  }
  return response;
}

const post = (path: string, body: unknown, signal?: AbortSignal) =>
  ask(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });

/** Looks at a text or a pair. */
export async function inspect(
  text: string,
  pair: string | undefined,
  signal: AbortSignal,
): Promise<Inspection> {
  const response = await post('inspections', { text, pair }, signal);
  return (await response.json()) as Inspection;
}

/** An inspection that is open. */
export async function find(id: number): Promise<Inspection> {
  return (await (await ask(`inspections/${id}`)).json()) as Inspection;
}

/** What somebody points at, for the editor to light up. */
export interface Pointer {
  readonly layer: number;
  readonly heads: readonly number[];
  readonly token: number;
  readonly incoming: boolean;
}

/** Tells the editor what is pointed at; nothing where that fails: it is only for show. */
export function point(id: number, pointer: Pointer | undefined): void {
  post(`inspections/${id}/pointer`, pointer ?? {}).catch(() => {});
}

/** Tells the editor that a word was taken for a blank. */
export async function accept(id: number, blank: number, word: number): Promise<void> {
  await post(`inspections/${id}/accept`, { blank, word });
}

/** Tells where the model is, now and whenever that changes, and whether the server is there at all. */
export function watchModel(changed: (state: ModelState) => void, there: (is: boolean) => void): void {
  const events = new EventSource('api/events');
  events.addEventListener('open', () => there(true));
  events.addEventListener('error', () => there(false));
  events.addEventListener('model', (event) => {
    changed(JSON.parse((event as MessageEvent<string>).data) as ModelState);
  });
}

/** The numbers of an inspection on the server. */
export class ServerSource implements Source {
  readonly #path: string;
  readonly #layers = new Remembered<Uint8Array>(4);
  readonly #rows = new Remembered<Float32Array>(256);

  constructor(id: number) {
    this.#path = `inspections/${id}/attention`;
  }

  layer(layer: number): Promise<Uint8Array> {
    return this.#layers.get(
      String(layer),
      async () => (await this.#arrays(`${layer}`)).bytes('attention').values,
    );
  }

  from(layer: number, token: number): Promise<Float32Array> {
    return this.#row(`${layer}/from/${token}`);
  }

  to(layer: number, token: number): Promise<Float32Array> {
    return this.#row(`${layer}/to/${token}`);
  }

  #row(path: string): Promise<Float32Array> {
    return this.#rows.get(path, async () => (await this.#arrays(path)).floats('attention').values);
  }

  async #arrays(path: string): Promise<SafeTensors> {
    return new SafeTensors(await (await ask(`${this.#path}/${path}`)).arrayBuffer());
  }
}
