import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../../package.json';
import texts from '../../package.nls.json';

const source = readFileSync(path.join(import.meta.dirname, '../../package.json'), 'utf8');

test('every text of the manifest is in package.nls.json, and no other', () => {
  const used = [...source.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key!);
  expect(new Set(used)).toEqual(new Set(Object.keys(texts)));
});

test('settings have an order of their own', () => {
  const orders = Object.values(manifest.contributes.configuration.properties).map(({ order }) => order);
  expect(orders).toEqual(orders.map((_, index) => index));
});

test('pictures that the manifest and the README name exist', () => {
  const readme = readFileSync(path.join(import.meta.dirname, '../../README.md'), 'utf8');
  const named = [
    ...[...readme.matchAll(/\]\((media\/[^)]+)\)/g)].map(([, file]) => file!),
    ...[...source.matchAll(/"(media\/[^"]+)"/g)].map(([, file]) => file!),
  ];
  expect(named.length).toBeGreaterThan(5);
  for (const file of named) {
    expect(readFileSync(path.join(import.meta.dirname, '../..', file)).length, file).toBeGreaterThan(100);
  }
});

test('hints of prose are not cut off', () => {
  const defaults: Record<string, Record<string, unknown>> = manifest.contributes.configurationDefaults;
  expect(defaults['[markdown]']).toEqual({ 'editor.inlayHints.maximumLength': 0 });
});
