// What is packed with the extension, and under which licences.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname;

/**
 * Writes down whose work is in a package: libraries of the extension with their licences' texts, and what of the
 * server says so itself.
 *
 * @param {import('esbuild').Metafile} metafile of the extension's bundle
 */
export function notices(metafile) {
  const bundled = new Set(
    Object.keys(metafile.inputs).flatMap(
      (file) => /(?:^|.*\/)node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [],
    ),
  );
  const page = ['lit', 'lit-html', 'lit-element', '@lit/reactive-element'].map((name) =>
    path.join('../webview/node_modules', name),
  );
  const texts = [...[...bundled].sort(), ...page].map((folder) => section(path.resolve(here, folder)));
  return [
    '# What is packed with Headlight',
    'Headlight is licensed under the Apache License 2.0, in LICENSE. The server in `server/` lists its libraries in `server/licenses/THIRD-PARTY.txt`, with their licences beside it; `server/licenses/embedded-model/NOTICE.txt` says from whose weights (E5-small-v2, MIT) and texts (OpenStax, WordNet and others) the embedded model was trained. These are part of the extension and of its page:',
    ...texts,
  ].join('\n\n');
}

/** @param {string} folder of an npm package */
function section(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file || !existsSync(path.join(folder, file))) {
    throw new Error(`${name} comes without the text of its licence: it can't be packed.`);
  }
  return `## ${name} ${version} (${license})\n\n${readFileSync(path.join(folder, file), 'utf8').trim()}`;
}
