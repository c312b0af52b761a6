import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const SOURCES = path.resolve(import.meta.dirname, '../src');
const modules = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => path.join(SOURCES, name));

/** What each module imports of the page's own, types too. */
const imports = new Map(
  modules.map((module) => {
    const own = readFileSync(module, 'utf8').matchAll(/(?:from|import) '(\.[^']*\.ts)'/g);
    return [module, [...own].map(([, to]) => path.resolve(path.dirname(module), to!))] as const;
  }),
);
const short = (module: string) => path.relative(SOURCES, module);

/** The modules on a way from one back to itself; undefined if there is none. */
function cycle(from: string, way: readonly string[] = []): readonly string[] | undefined {
  if (way.includes(from)) {
    return way.slice(way.indexOf(from));
  }
  if (known.has(from)) {
    return undefined;
  }
  for (const to of imports.get(from) ?? []) {
    const found = cycle(to, [...way, from]);
    if (found) {
      return found;
    }
  }
  known.add(from);
  return undefined;
}
const known = new Set<string>();

test('there are no import cycles', () => {
  expect(modules.length).toBeGreaterThan(40);
  expect(modules.flatMap((module) => cycle(module)?.map(short) ?? [])).toEqual([]);
});

test.each([
  ['marks', /^(views|parts)\/|^(app|state|api|main)\.ts$/],
  ['inspection.ts', /./],
  ['state.ts', /^(views|parts|marks)\/|^(app|api|main|address)\.ts$/],
  ['views/head', /^views\/(model|neuron|heatmap|why|corpus)\//],
  ['views/model', /^views\/(head|neuron|heatmap|why|corpus)\//],
  ['views/neuron', /^views\/(head|model|heatmap|why|corpus)\//],
  ['views/heatmap', /^views\/(head|model|neuron|why|corpus)\//],
  ['views/shared', /^views\/(head|model|neuron|heatmap|why|corpus)\//],
  ['views/why', /^views\/(head|model|neuron|heatmap|corpus)\//],
  ['views/corpus', /^views\/(head|model|neuron|heatmap|why)\//],
])('%s imports nothing of %s', (of, forbidden) => {
  const inside = modules.filter((module) => short(module) === of || short(module).startsWith(`${of}/`));
  expect(inside).not.toEqual([]);
  const wrong = inside.flatMap((module) =>
    imports
      .get(module)!
      .filter((to) => forbidden.test(short(to)))
      .map((to) => `${short(module)} → ${short(to)}`),
  );
  expect(wrong).toEqual([]);
});
