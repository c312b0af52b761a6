import type { AttentionKind, Inspection, ModelState, Without } from './inspection.ts';
import type { CorpusFile } from './corpus.ts';
import { readLines } from './lines.ts';
import type { Fetching, ModelList } from './models.ts';
import type { ExampleSet, SetPart } from './pairs.ts';
import type { NamedWord, Together, Words } from './named.ts';
import { overviewIn } from './overview.ts';
import { SafeTensors } from './safetensors.ts';
import type { Measure } from './state.ts';
import {
  Refused,
  Remembered,
  type Difference,
  type Overview,
  type Reasons,
  type Source,
  type Vectors,
} from './source.ts';
import type { AnswerPart, Asked, Candidate, LensRow } from './why.ts';

/** The message if the server does not respond. */
export const GONE =
  'Headlight’s server is not responding: restart it, or reload this page once it is running.';

async function ask(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`api/${path}`, init);
  } catch (cause) {
    if (init?.signal?.aborted) {
      throw cause;
    }
    throw new Refused(GONE);
  }
  if (!response.ok) {
    const body = (await response.json().catch(() => ({}))) as { error?: string };
    throw new Refused(body.error ?? `The server answered with ${response.status}.`);
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

/**
 * Inspects a text or a pair.
 *
 * @param choice of what is taken out, `whole` being the inspection of the whole; or of a model other than the current one
 */
export async function inspect(
  text: string,
  pair: string | undefined,
  signal: AbortSignal,
  choice: {
    readonly code?: boolean;
    readonly without?: Without;
    readonly whole?: number;
    readonly model?: string | undefined;
    /** What an encoder-decoder has written of its target; else it writes one at once. */
    readonly written?: string | undefined;
  } = {},
): Promise<Inspection> {
  const response = await post('inspections', { text, pair, ...choice }, signal);
  return (await response.json()) as Inspection;
}

/** The corpora that the server was given. */
export const corpora = async () => (await (await ask('corpora')).json()) as readonly CorpusFile[];

/** The models of this machine. */
export const models = async () => (await (await ask('models')).json()) as ModelList;

/** Makes a model the current one, and waits until it is. */
export async function chooseModel(model: string, signal: AbortSignal): Promise<void> {
  await post('models/choose', { model }, signal);
}

/** Downloads a model of the hub; ends when the signal does. */
export async function downloadModel(
  model: string,
  tell: (fetching: Fetching) => void,
  signal: AbortSignal,
): Promise<void> {
  interface Line {
    readonly fetching?: Fetching;
    readonly error?: string;
    readonly done?: boolean;
  }
  await told<Line>(await post('models/download', { model }, signal), signal, ({ fetching }) => {
    if (fetching) {
      tell(fetching);
    }
  });
}

/** Tells the server that no second model is shown, so that it is closed. */
export function closeSecondModel(): void {
  ask('models/second', { method: 'DELETE' }).catch(() => {}); // it is replaced by the next one
}

/** Opens a file that holds attention. */
export async function openFile(file: File, signal: AbortSignal): Promise<Inspection> {
  const path = `files?${new URLSearchParams({ name: file.name })}`;
  const response = await ask(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: file,
    signal,
  });
  return (await response.json()) as Inspection;
}

/** Closes an inspection that is no longer shown. */
export function close(id: number): void {
  ask(`inspections/${id}`, { method: 'DELETE' }).catch(() => {}); // the server forgets old ones anyway
}

/** A text that the model went on with, by a token. */
export interface Step {
  readonly inspection: Inspection;
  /** Whether its tokens are as the model wrote them, and the tokenizer would divide the text otherwise. */
  readonly asWritten: boolean;
}

/**
 * Goes on with the text of an inspection, or with its target, by so many tokens at most; each step is told when it is there,
 * and stays open on the server. Ends earlier where the model ends the text, or when the signal does.
 */
export async function write(
  id: number,
  tokens: number,
  tell: (step: Step) => void,
  signal: AbortSignal,
): Promise<void> {
  interface Line extends Partial<Step> {
    readonly error?: string;
    readonly done?: boolean;
  }
  const response = await post(`inspections/${id}/write`, { tokens, each: true }, signal);
  await told<Line>(response, signal, ({ inspection, asWritten = false }) => {
    if (inspection) {
      tell({ inspection, asWritten });
    }
  });
}

/** An inspection that is open. */
export async function find(id: number): Promise<Inspection> {
  return (await (await ask(`inspections/${id}`)).json()) as Inspection;
}

/** Reads an answer that comes in lines; what fails on the way is thrown. */
async function told<T extends { readonly error?: string; readonly done?: boolean }>(
  response: Response,
  signal: AbortSignal,
  tell: (part: T) => void,
): Promise<void> {
  let ended = false;
  const line = (part: T) => {
    if (part.error !== undefined) {
      throw new Refused(part.error);
    }
    ended ||= part.done === true;
    tell(part);
  };
  try {
    await readLines<T>(response.body!, line);
  } catch (cause) {
    throw signal.aborted || cause instanceof Refused ? cause : new Refused(GONE);
  }
  if (!ended) {
    throw new Refused(GONE);
  }
}

/** Answers about an inspection on the server. */
export class ServerReasons implements Reasons {
  readonly #id: number;

  constructor(id: number) {
    this.#id = id;
  }

  async measure(asked: Asked, tell: (part: AnswerPart) => void, signal: AbortSignal): Promise<void> {
    const query = `${questionOf(asked)}&of=words,heads,layers&special=${asked.sinks}&average=${asked.averaged}${asked.hiding ? '&words=hide' : ''}`;
    await told(await ask(`inspections/${this.#id}/effects?${query}`, { signal }), signal, tell);
  }

  async lens(asked: Asked, signal: AbortSignal): Promise<readonly LensRow[]> {
    const response = await ask(`inspections/${this.#id}/lens?${questionOf(asked)}`, { signal });
    return ((await response.json()) as { lens: LensRow[] }).lens;
  }

  async candidate(place: number, word: string): Promise<Candidate> {
    const query = new URLSearchParams({ place: String(place), word });
    return (await (await ask(`inspections/${this.#id}/candidate?${query}`)).json()) as Candidate;
  }
}

/** A question as an address says it. */
const questionOf = ({ place, word, rather }: Pick<Asked, 'place' | 'word' | 'rather'>) =>
  [`place=${place}`, word !== undefined && `token=${word}`, rather !== undefined && `rather=${rather}`]
    .filter(Boolean)
    .join('&');

/** The sets of sentences that are included. */
export const exampleSets = async () => (await (await ask('pairs')).json()) as ExampleSet[];

/** Measures a set of sentences; each is told when it is there. */
export async function measureSet(
  pairs: string,
  average: boolean,
  tell: (part: SetPart) => void,
  signal: AbortSignal,
): Promise<void> {
  await told(await post('pairs', { pairs, average }, signal), signal, tell);
}

/** What the user points at, for the editor to highlight. */
interface Pointer {
  readonly kind: AttentionKind;
  readonly layer: number;
  readonly heads: readonly number[];
  /** A token, or the pieces of a word. */
  readonly tokens: readonly number[];
  readonly incoming: boolean;
}

/**
 * Sends what the editor is to highlight: the focused token, if any, or what each token does to an answer. Failures are
 * ignored, as highlights are optional.
 */
export function point(id: number, what: Pointer | { readonly effects: readonly number[] } | undefined): void {
  post(`inspections/${id}/pointer`, what ?? {}).catch(() => {});
}

/** Accepts words for blanks of the editor's document. */
export async function accept(id: number, words: Words): Promise<void> {
  await post(`inspections/${id}/accept`, { words: [...words].map(([blank, word]) => ({ blank, word })) });
}

/** How probable words are in a blank of an inspection. */
export async function named(id: number, place: number, words: string[]): Promise<readonly NamedWord[]> {
  const response = await post(`inspections/${id}/words`, { place, words });
  return ((await response.json()) as { words: NamedWord[] }).words;
}

/** The blanks of an inspection, filled so that their words fit each other. */
export async function together(id: number): Promise<readonly Together[]> {
  const response = await ask(`inspections/${id}/together`);
  return ((await response.json()) as { together: Together[] }).together;
}

/** The editor's cursor: at a token of an inspection, or at none. */
export interface Cursor {
  readonly inspection: number;
  readonly token?: number;
}

/** The server's events. */
export interface Heard {
  /** The state of the model, now and whenever it changes. */
  readonly model: (state: ModelState) => void;
  readonly cursor: (cursor: Cursor) => void;
  /** Whether the server is connected. */
  readonly connected: (connected: boolean) => void;
}

/** Listens to the server. */
export function listen({ model, cursor, connected }: Heard): void {
  const events = new EventSource('api/events');
  events.addEventListener('open', () => connected(true));
  events.addEventListener('error', () => connected(false));
  const on = <T>(kind: string, act: (data: T) => void) =>
    events.addEventListener(kind, (event) => act(JSON.parse((event as MessageEvent<string>).data) as T));
  on('model', model);
  on('cursor', cursor);
}

/** The server's export formats and their file names in the address. */
export type ExportName =
  'attention.html' | 'attention.json' | 'attention.safetensors' | 'attention.zip' | `${string}.png`;

/** The address of an inspection's export. */
export function exportUrl(id: number, name: ExportName, choice: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(choice).toString();
  return `api/inspections/${id}/export/${name}${query && `?${query}`}`;
}

/** How an attention of an inspection differs from that of another inspection. */
export async function difference(
  id: number,
  kind: AttentionKind,
  measure: Measure,
  other: number,
): Promise<Difference> {
  const arrays = await arraysAt(`inspections/${id}/difference/${kind}/${other}${measured(measure)}`);
  const { shape, values } = arrays.bytes('thumbnails');
  return {
    rows: shape[2]!,
    columns: shape[3]!,
    thumbnails: values,
    distances: arrays.floats('distances').values,
    aligned: arrays.metadata('aligned') as [number, number][],
  };
}

/** The part of an address that names a measure. */
const measured = (measure: Measure) => (measure === 'weight' ? '' : `?measure=${measure}`);

async function arraysAt(path: string): Promise<SafeTensors> {
  return new SafeTensors(await (await ask(path)).arrayBuffer());
}

/** The numbers of an attention of an inspection on the server. */
export class ServerSource implements Source {
  readonly #id: number;
  readonly #kind: AttentionKind;
  readonly #measure: Measure;
  readonly #layers = new Remembered<Uint8Array>(4);
  readonly #heads = new Remembered<Float32Array>(8);
  readonly #rows = new Remembered<Float32Array>(256);
  readonly #vectors = new Remembered<Vectors>(8);
  readonly #overview = new Remembered<Overview>(1);
  #drawing: Promise<unknown> | undefined;

  constructor(id: number, kind: AttentionKind, measure: Measure) {
    this.#id = id;
    this.#kind = kind;
    this.#measure = measure;
  }

  /** The address of a resource of this attention. */
  #path(what: 'attention' | 'vectors' | 'overview'): string {
    return `inspections/${this.#id}/${what}/${this.#kind}`;
  }

  layer(layer: number): Promise<Uint8Array> {
    const path = `${this.#path('attention')}/${layer}${measured(this.#measure)}`;
    return this.#first(this.#layers.get(path, async () => (await arraysAt(path)).bytes('attention').values));
  }

  head(layer: number, head: number): Promise<Float32Array> {
    return this.#floats(this.#heads, `${layer}/heads/${head}`);
  }

  from(layer: number, token: number): Promise<Float32Array> {
    return this.#floats(this.#rows, `${layer}/from/${token}`);
  }

  to(layer: number, token: number): Promise<Float32Array> {
    return this.#floats(this.#rows, `${layer}/to/${token}`);
  }

  vectors(layer: number, head: number): Promise<Vectors> {
    const path = `${this.#path('vectors')}/${layer}/${head}`;
    const ask = async () => {
      const arrays = await arraysAt(path);
      const named = (name: string) => arrays.has(name) && { [name]: arrays.floats(name).values };
      return {
        query: arrays.floats('query').values,
        key: arrays.floats('key').values,
        ...named('positionKey'),
        ...named('positionQuery'),
      };
    };
    return this.#first(this.#vectors.get(path, ask));
  }

  overview(): Promise<Overview> {
    const path = this.#path('overview') + measured(this.#measure);
    const ask = async () => overviewIn(await arraysAt(path));
    return this.#overview.get(path, () => this.#drawing?.then(ask) ?? ask());
  }

  /** Lets an answer that a view draws arrive before an overview is asked for, which keeps the server busy for longest. */
  #first<T>(answer: Promise<T>): Promise<T> {
    this.#drawing = answer.catch(() => undefined);
    return answer;
  }

  #floats(remembered: Remembered<Float32Array>, path: string): Promise<Float32Array> {
    const whole = `${this.#path('attention')}/${path}${measured(this.#measure)}`;
    const ask = async () => (await arraysAt(whole)).floats('attention').values;
    return remembered.get(path, ask);
  }
}
