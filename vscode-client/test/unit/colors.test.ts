import { expect, test } from 'vitest';
import { contributes } from '../../package.json';

/** Backgrounds of editors in the themes that most people use, from the themes' own files. */
const DARK = {
  'Dark Modern': '#1f1f1f',
  'Dark+': '#1e1e1e',
  'One Dark Pro': '#282c34',
  Dracula: '#282a36',
  'GitHub Dark': '#24292e',
  Monokai: '#272822',
  'Night Owl': '#011627',
  'Material Palenight': '#292d3e',
  'Solarized Dark': '#002b36',
  Nord: '#2e3440',
  'Tokyo Night': '#1a1b26',
};
const LIGHT = {
  'Light Modern, GitHub Light': '#ffffff',
  'Solarized Light': '#fdf6e3',
  'Quiet Light': '#f5f5f5',
  'Ayu Light': '#fafafa',
};

/** Relative luminance and contrast, by WCAG 2.2. */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((at) => parseInt(color.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

test.each(contributes.colors)('$id stands out from the background of every common theme', ({ defaults }) => {
  for (const [theme, background] of Object.entries(DARK)) {
    expect(contrast(defaults.dark, background), theme).toBeGreaterThanOrEqual(4.5);
  }
  for (const [theme, background] of Object.entries(LIGHT)) {
    expect(contrast(defaults.light, background), theme).toBeGreaterThanOrEqual(4.5);
  }
  expect(contrast(defaults.highContrast, '#000000')).toBeGreaterThanOrEqual(7);
  expect(contrast(defaults.highContrastLight, '#ffffff')).toBeGreaterThanOrEqual(7);
});
