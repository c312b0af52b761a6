// What docs/CHANGELOG.md says of the versions that are released, for those who pack them.
//   node .ci/changelog.mjs markdown FILE     a changelog without what is unreleased
//   node .ci/changelog.mjs newest FILE       what the newest version brings
//   node .ci/changelog.mjs properties FILE   change.notes=<h3>…</h3><ul>…</ul>, as Maven's filters read it
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const source = path.join(import.meta.dirname, '../docs/CHANGELOG.md');

/** The sections of released versions, as Markdown. */
function released(text) {
  return text
    .split(/^(?=## )/m)
    .slice(1)
    .filter((section) => !section.startsWith('## Unreleased'));
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A section as HTML: its heading, and a list. Code is all the Markdown that entries may hold. */
function html(section) {
  const [heading, ...lines] = section.trim().split('\n');
  const entries = lines.filter((line) => line.startsWith('- ')).map((line) => escaped(line.slice(2)));
  const items = entries.map((entry) => `<li>${entry.replaceAll(/`([^`]+)`/g, '<code>$1</code>')}</li>`);
  return `<h3>${escaped(heading.slice(3))}</h3><ul>${items.join('')}</ul>`;
}

const [kind, file] = process.argv.slice(2);
const sections = released(readFileSync(source, 'utf8'));
const ascii = (text) => text.replaceAll(/[^ -~]/gu, (c) => `&#${c.codePointAt(0)};`);
const written = {
  markdown: () => `# Changelog\n\n${sections.join('')}`,
  newest: () => sections[0].split('\n').slice(2).join('\n'),
  properties: () => `change.notes=${ascii(sections.map(html).join('')).replaceAll('\\', '\\\\')}\n`,
}[kind];
if (!written || !file) {
  console.error('Say what to write, and where: node .ci/changelog.mjs markdown|newest|properties FILE');
  process.exit(1);
}
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, written());
