import { expect, test } from 'vitest';
import { open, shot, visit } from './headlight.ts';
import { page, server, stage } from './stage.ts';

const TEXT = 'The keys to the cabinet [MASK] on the table.';

stage(1100, 800);

test('a measure takes the place of the weights in the views, their names and the address', async () => {
  const id = await open(server, TEXT);
  await visit(page, server, id, 'view=heatmap&layer=3&head=4&token=from-2-3', 'layer-3-head-4');
  const readout = page.locator('.heatmap-view .readout');
  await expect.poll(() => readout.textContent()).toContain('looks at');
  const weight = await readout.textContent();
  const menu = page.getByRole('combobox', { name: 'Measure' });
  await menu.selectOption('Norm');
  await page.getByText('as a share of the largest in the layer').waitFor();
  await expect.poll(() => readout.textContent()).not.toBe(weight);
  await expect.poll(() => new URL(page.url()).hash).toContain('measure=norm');
  await shot(page, 'measure-norm');
  await menu.selectOption('Rollout');
  await page.getByText('The same for all heads of a layer').waitFor();
  await expect.poll(() => new URL(page.url()).hash).toContain('measure=rollout');
  await page.getByRole('checkbox', { name: 'Table' }).check();
  await page.getByText('Attention (rollout) of layer 3, head 4').waitFor();

  await visit(page, server, id, 'view=model&measure=norm', 'model');
  await page.getByText('Minimum norm').waitFor();
  expect(await menu.inputValue()).toBe('norm');
  await shot(page, 'measure-norm-model');
  await visit(
    page,
    server,
    id,
    'view=neuron&measure=norm&layer=3&head=4&token=from-2',
    'layer-3-head-4-token-2',
  );
  expect(await page.getByRole('combobox', { name: 'Measure' }).isDisabled()).toBe(true);
  expect(await page.getByText('as a share of the largest').count()).toBe(0);
  await visit(page, server, id, 'view=head&measure=norm&layer=3&token=from-2', 'layer-3');
  await shot(page, 'measure-norm-head');
});
