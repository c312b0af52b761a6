/** Only an export of the page's own server is fetched. */
const EXPORT = /^api\/[\w./-]+(\?[\w=&%,.+-]*)?$/;

/**
 * Where the server has an export.
 *
 * @param address below the page's
 * @param page the address of the page
 */
export function exportAt(address: string, page: string): URL {
  if (!EXPORT.test(address) || address.includes('..')) {
    throw new Error('The page asked for something that is no export: visualize the text again.');
  }
  return new URL(address, page);
}

/** Nothing is loaded from anywhere, whatever the file says. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:";

/** Whether a file is a page that Headlight exported. */
export const isExport = (page: string) => /id="inspection"/.test(page) && /id="arrays"/.test(page);

/** An exported page that can load nothing: the policy comes first, before anything in the file can undo it. */
export const guarded = (page: string) =>
  `<!doctype html><meta http-equiv="Content-Security-Policy" content="${POLICY}">${page}`;
