import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** A server that has models as the Hugging Face hub has them. */
export interface Hub {
  readonly url: string;
  /** Requests, as `HEAD /path`. */
  readonly seen: string[];
  /** Adds a repository with the files of a folder. */
  add(name: string, folder: string): void;
  /** Sends half of each file of weights, and the rest once that is called. */
  hold(): () => void;
  stop(): Promise<void>;
}

export async function hub(): Promise<Hub> {
  const repositories = new Map<string, Map<string, Buffer>>();
  const seen: string[] = [];
  let held: Promise<void> | undefined;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://hub');
    seen.push(`${request.method} ${pathname}`);
    const listing = /^\/api\/models\/([^/]+\/[^/]+)\/revision\//.exec(pathname);
    if (listing) {
      const files = repositories.get(listing[1]!);
      if (!files) {
        response.writeHead(404, { 'X-Error-Code': 'RepoNotFound' }).end();
        return;
      }
      const siblings = [...files.keys()].map((rfilename) => ({ rfilename }));
      response.end(JSON.stringify({ sha: COMMIT, siblings }));
      return;
    }
    const [, name, file] = /^\/([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(pathname) ?? [];
    const content = repositories.get(name ?? '')?.get(file ?? '');
    if (!content) {
      response.writeHead(404, { 'X-Error-Code': 'EntryNotFound' }).end();
      return;
    }
    void send(response, request.method!, request.headers.range, content, file!);
  });

  async function send(
    response: ServerResponse,
    method: string,
    range: string | undefined,
    content: Buffer,
    file: string,
  ): Promise<void> {
    const large = file.endsWith('.safetensors');
    const etag = large
      ? createHash('sha256').update(content).digest('hex')
      : createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    const from = Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      ETag: `"${etag}"`,
      'X-Repo-Commit': COMMIT,
      'Content-Length': content.length - from,
      ...(from > 0 && { 'Content-Range': `bytes ${from}-${content.length - 1}/${content.length}` }),
    });
    if (method === 'HEAD') {
      response.end();
    } else if (large && held) {
      const half = Math.max(from, Math.floor(content.length / 2));
      const quarter = Math.floor((from + half) / 2);
      response.write(content.subarray(from, quarter));
      await sleep(400); // progress is told four times a second
      response.write(content.subarray(quarter, half));
      await held;
      response.end(content.subarray(half));
    } else {
      response.end(content.subarray(from));
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    add(name, folder) {
      const files = readdirSync(folder).map((file) => [file, readFileSync(path.join(folder, file))] as const);
      repositories.set(name, new Map(files));
    },
    hold() {
      let release!: () => void;
      held = new Promise((resolve) => (release = resolve));
      return () => {
        held = undefined;
        release();
      };
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Puts a model into a cache, as Python would: with links to the files of a folder, except those that are given. */
export function cached(
  cache: string,
  name: string,
  folder: string,
  given: Readonly<Record<string, Buffer | string>> = {},
): void {
  const model = path.join(cache, `models--${name.replace('/', '--')}`);
  const snapshot = path.join(model, 'snapshots', COMMIT);
  mkdirSync(snapshot, { recursive: true });
  mkdirSync(path.join(model, 'refs'), { recursive: true });
  writeFileSync(path.join(model, 'refs/main'), COMMIT);
  for (const file of readdirSync(folder).filter((one) => !(one in given))) {
    symlinkSync(path.join(folder, file), path.join(snapshot, file));
  }
  for (const [file, content] of Object.entries(given)) {
    writeFileSync(path.join(snapshot, file), content);
  }
}
