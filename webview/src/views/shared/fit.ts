/** Sides of thumbnails in pixels; captions need the room below. Those of a narrow page may be smaller than of a low one, which scrolls. */
const [NARROWEST, LEAST, MOST, CAPTIONED, CAPTION, GAP] = [16, 22, 112, 56, 16, 5];
/** Names of the columns, and space below the grid. */
const AROUND = 48;

/** How large the thumbnails are, and whether there is room for captions. */
export interface Fit {
  readonly side: number;
  readonly captions: boolean;
}

/**
 * Lets all heads be seen without scrolling, as long as they stay recognizable; as wide as there is room.
 *
 * @param width of the grid
 * @param height from the top of the grid to the bottom of the window
 */
export function fit(layers: number, heads: number, width: number, height: number, rowName: number): Fit {
  const wide = (width - rowName) / Math.max(1, heads) - GAP;
  const row = (height - AROUND) / Math.max(1, layers) - GAP;
  const within = (side: number) =>
    Math.floor(Math.max(NARROWEST, Math.min(wide, Math.max(LEAST, Math.min(MOST, side)))));
  const captioned = within(row - CAPTION);
  return captioned >= CAPTIONED
    ? { side: captioned, captions: true }
    : { side: within(row), captions: false };
}
