import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { launch, serve, watch, type Server, type Watch } from './headlight.ts';

export let server: Server;
export let browser: Browser;
/** A new one for each test. */
export let page: Page;
/** What goes wrong in the page; a test that leaves something here fails. */
export let seen: Watch;

/** Prepares a server and a browser for the tests of a file, and for each of them a page that must stay free of errors. */
export function stage(width: number, height: number, ...options: string[]): void {
  beforeAll(async () => {
    [server, browser] = await Promise.all([serve(...options), launch()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width, height }, colorScheme: 'light' });
    page.setDefaultTimeout(60_000);
    seen = watch(page);
  });
  afterEach(async () => {
    await page.close();
    expect(seen).toEqual({ errors: [], strangers: [] });
  });
}
