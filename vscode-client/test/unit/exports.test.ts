import { expect, test } from 'vitest';
import { exportAt, guarded, isExport } from '../../src/exports.ts';

const PAGE = 'http://127.0.0.1:4711/0123/';

test('an export is fetched from below the page', () => {
  const { href } = exportAt('api/inspections/1/export.html?view=head', PAGE);
  expect(href).toBe(`${PAGE}api/inspections/1/export.html?view=head`);
});

test.each([
  'http://example.org/',
  '//example.org/api/x',
  '/api/x',
  'api/../../x',
  'api/x?y=http://z',
  'javascript:x',
])('nothing but an export is fetched: %s', (address) => {
  expect(() => exportAt(address, PAGE)).toThrow('no export');
});

test('nothing in an attention file comes before its policy', () => {
  for (const page of ['<html><head></head></html>', '<!-- <head> --><script>x</script>', '']) {
    expect(guarded(page)).toMatch(
      /^<!doctype html><meta http-equiv="Content-Security-Policy" content="[^">]*">/,
    );
    expect(guarded(page)).toMatch(/default-src 'none'/);
    expect(guarded(page).endsWith(page)).toBe(true);
  }
});

test('an attention file is told from another page', () => {
  expect(isExport('<script id="inspection"></script><script id="arrays"></script>')).toBe(true);
  expect(isExport('<html><p id="inspection"></html>')).toBe(false);
});
