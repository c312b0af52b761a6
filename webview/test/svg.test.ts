import { describe, expect, test } from 'vitest';
import { svg } from '../src/marks/svg.ts';
import type { Surface } from '../src/marks/surface.ts';

const drawn = (draw: (surface: Surface) => void, name = 'n') => svg({ name, width: 10, height: 10, draw });

describe('a drawing', () => {
  test('keeps texts as text, and no text becomes markup', () => {
    const file = drawn((surface) => surface.fillText('</text><script>&"', 1, 2), '<title>');
    expect(file).toContain('&lt;/text&gt;&lt;script&gt;&amp;&quot;</text>');
    expect(file).toContain('<title>&lt;title&gt;</title>');
    expect(file).not.toContain('<script');
  });

  test('contains no character that XML forbids', () => {
    expect(drawn((surface) => surface.fillText('a\u0000b\u001fc\uffff', 0, 0))).toContain(
      'a\ufffdb\ufffdc\ufffd</text>',
    );
  });

  test('closes every group that it opens', () => {
    const file = drawn((surface) => {
      surface.save();
      surface.translate(1, 2);
      surface.rotate(Math.PI / 2);
      surface.fillStyle = '#ff0000';
      surface.restore();
      surface.translate(5, 5);
      surface.fillRect(0, 0, 1, 1);
    });
    expect(file.match(/<g /g)).toHaveLength(3);
    expect(file.match(/<\/g>/g)).toHaveLength(3);
    expect(file).toContain('<g transform="rotate(90)">');
    expect(file).toContain('fill="#000000"'); // what was set inside is forgotten
  });
});
