import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { open, settled, shot, visit } from './headlight.ts';
import { browser, page, server, stage } from './stage.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TEXT = 'The keys to the cabinet were on the table.';

let text: number;

stage(1280, 900);
beforeAll(async () => {
  text = await open(server, TEXT);
});
beforeEach(() => visit(page, server, text, 'layer=2&heads=4.7&head=4', 'layer-2'));

const dialog = () => page.getByRole('dialog', { name: 'Figure' });
const button = (name: string) => dialog().getByRole('button', { name, exact: true });

async function openDialog(): Promise<void> {
  await page.getByText('Export', { exact: true }).click();
  await page.getByRole('button', { name: 'Figure…' }).click();
  await dialog().waitFor();
}

async function save(kind: 'PNG' | 'SVG'): Promise<{ name: string; content: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), button(kind).click()]);
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

describe('a figure', () => {
  test('is saved as PNG as large as a page needs it, with caption and legend', async () => {
    await openDialog();
    await shot(page, 'figure');
    const { name, content } = await save('PNG');
    expect(name).toBe('headlight-head-layer-2-heads-4-7.png');
    expect(content.readUInt32BE(16)).toBe(1890); // 160 mm at 300 dpi
    expect(content.subarray(37, 41).toString()).toBe('pHYs');
    expect(content.readUInt32BE(41)).toBe(11811);
    await dialog().getByText(`Saved as ${name}.`).waitFor();
  });

  test('is saved as SVG in millimetres, with no ground if it is transparent', async () => {
    await openDialog();
    await button('Transparent').click();
    await dialog().getByLabel('Width').fill('90');
    const { content } = await save('SVG');
    const drawing = content.toString();
    expect(drawing).toMatch(/<svg[^>]* width="90mm" height="[\d.]+mm"/);
    expect(drawing).toContain(`>“${TEXT}”</text>`);
    expect(drawing).toContain('>Embedded English BERT, layer 2, heads 4, 7.</text>');
    expect(drawing).toMatch(/>Head 4<\/text>[\s\S]*>Head 7<\/text>/);
    expect(drawing).not.toContain('#ffffff');
    await shot(page, 'figure-transparent');
  });

  test('has the colours of its ground, not of the page', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await openDialog();
    expect((await save('SVG')).content.toString()).toContain('fill="#ffffff"');
    await button('Dark').click();
    await dialog().getByRole('checkbox', { name: 'Caption' }).uncheck();
    await dialog().getByRole('checkbox', { name: 'Legend' }).uncheck();
    const dark = (await save('SVG')).content.toString();
    expect(dark).toContain('fill="#16181d"');
    expect(dark).toMatch(/<desc>.*Embedded English BERT.*Headlight \d.*<\/desc>/); // where it comes from is kept
    expect(dark.replace(/<desc>.*<\/desc>/, '')).not.toContain('Embedded English BERT');
    expect(dark).not.toContain('>Head 4<');
    await shot(page, 'figure-dark');
  });

  test('is printed alone, on a page of its size, in letters and lines', async () => {
    await page.evaluate(() => (window.print = () => {}));
    await openDialog();
    await button('PDF…').click();
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b/g)?.length).toBe(1);
    const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf)!.map(Number);
    expect(width).toBeCloseTo((160 / 25.4) * 72, -1);
    expect(height).toBeLessThan(width! * 1.2);
    expect(pdf).toContain('/Font');
    expect(pdf).not.toContain('/Subtype /Image');
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    expect(await page.locator('.printed-figure').count()).toBe(0);
  });

  test('is copied', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await openDialog();
    await button('px').click();
    await dialog().getByLabel('Width').fill('640');
    await button('Copy').click();
    await dialog().getByText('Copied as PNG.').waitFor();
    const wide = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      return (await createImageBitmap(await item!.getType('image/png'))).width;
    });
    expect(wide).toBe(640);
  });

  test('that is too large is refused in a sentence', async () => {
    await openDialog();
    await dialog().getByLabel('Width').fill('2000');
    await dialog().getByLabel('dpi').fill('2400');
    await button('PNG').click();
    await dialog().getByRole('alert').getByText('choose a smaller width or dpi').waitFor();
  });

  test('is named by its view', async () => {
    const names: string[] = [];
    for (const [view, what] of [
      ['Head', 'layer-2'],
      ['Model', 'model'],
      ['Neuron', 'layer-2-head-4-token-1'],
      ['Heatmap', 'layer-2-head-4'],
    ] as const) {
      await page.getByRole('tab', { name: view, exact: true }).click();
      await settled(page, what);
      await openDialog();
      names.push((await save('SVG')).name);
      await button('Close').click();
    }
    expect(names).toEqual([
      'headlight-head-layer-2-heads-4-7.svg',
      'headlight-model-all-heads.svg',
      'headlight-neuron-layer-2-head-4.svg',
      'Attention_Layer2_Head4.svg',
    ]);
  });
});

test.each(['light', 'dark'] as const)(
  'the dialog fits 320 pixels, and axe-core finds nothing in it: %s',
  async (colorScheme) => {
    const own = await browser.newPage({ viewport: { width: 320, height: 640 }, colorScheme });
    await visit(own, server, text, 'layer=2&heads=4', 'layer-2');
    await own.getByText('Export', { exact: true }).click();
    await own.getByRole('button', { name: 'Figure…' }).click();
    await own.getByRole('dialog').waitFor();
    await shot(own, `figure-320-${colorScheme}`);
    const { width, scroll } = await own.getByRole('dialog').evaluate((element) => ({
      width: element.getBoundingClientRect().right,
      scroll: element.scrollWidth - element.clientWidth,
    }));
    expect(width).toBeLessThanOrEqual(320);
    expect(scroll).toBe(0);
    await own.evaluate(AXE);
    const found = await own.evaluate(async () => {
      const { violations } = await (
        window as unknown as { axe: { run: (of: string) => Promise<{ violations: { id: string }[] }> } }
      ).axe.run('.figure-dialog');
      return violations.map(({ id }) => id);
    });
    expect(found).toEqual([]);
    await own.keyboard.press('Escape');
    await expect.poll(() => own.evaluate(() => document.activeElement!.textContent?.trim())).toBe('Export');
    await own.close();
  },
);
