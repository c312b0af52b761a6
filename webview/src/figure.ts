import type { Measure } from './marks/svg.ts';
import { fitted, type Picture, type Surface, type Theme } from './marks/surface.ts';

/** What a figure stands on. */
export const GROUNDS = ['light', 'dark', 'transparent'] as const;
export type Ground = (typeof GROUNDS)[number];

/** How a figure is made. */
export interface FigureChoice {
  readonly ground: Ground;
  readonly width: number;
  readonly unit: 'mm' | 'px';
  /** Dots per inch of a PNG; its pixels for each millimetre follow from it. */
  readonly dpi: number;
  readonly caption: boolean;
  readonly legend: boolean;
}

/** What may stand below a picture. */
export interface Below {
  /** Paragraphs; empty for none. */
  readonly caption: readonly string[];
  readonly legend: readonly { readonly name: string; readonly color: string }[];
}

/** Limits of what can be asked for. */
export const WIDTHS = { mm: [5, 2000], px: [50, 20_000] } as const;
export const DPIS = [30, 2400] as const;

const MM_IN_INCH = 25.4;
/** Of CSS and SVG. */
const PX_IN_INCH = 96;

/** The page's own colours, whatever the editor's are; as in style/tokens.css. */
export const figureTheme = (ground: Ground, font: string): Theme =>
  ground === 'dark'
    ? {
        background: '#16181d',
        text: '#e3e6ec',
        muted: '#98a1b0',
        border: '#31363f',
        font,
        dark: true,
      }
    : {
        background: '#ffffff',
        text: '#1f2430',
        muted: '#5d6675',
        border: '#d9dde3',
        font,
        dark: false,
        ...(ground === 'transparent' && { transparent: true }),
      };

/** The width of a PNG in pixels. */
export const pixelsWide = ({ width, unit, dpi }: FigureChoice) =>
  Math.round(unit === 'px' ? width : (width / MM_IN_INCH) * dpi);

/** A width in the other unit. */
export function converted({ width, unit }: FigureChoice): Pick<FigureChoice, 'width' | 'unit'> {
  const [mm, px] = [MM_IN_INCH, PX_IN_INCH];
  return unit === 'px'
    ? { unit: 'mm', width: Math.round((width / px) * mm) }
    : { unit: 'px', width: Math.round((width / mm) * px) };
}

/** The sides of a figure as CSS and SVG write lengths. */
export function lengths(
  { width, unit }: FigureChoice,
  picture: Picture,
): { readonly width: string; readonly height: string } {
  const height = (width * picture.height) / picture.width;
  return { width: `${width}${unit}`, height: `${Math.round(height * 100) / 100}${unit}` };
}

const [MARGIN, LINE, SWATCH, APART] = [24, 18, 10, 18];

/** A text in lines of at most a width. */
export function wrapped(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && measure(`${last} ${word}`) <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

/** A picture with its legend and caption below. */
export function figure(
  picture: Picture,
  { caption, legend }: Below,
  theme: Theme,
  measure: Measure,
): Picture {
  if (caption.length === 0 && legend.length === 0) {
    return picture;
  }
  const font = `12px ${theme.font}`;
  const wide = (text: string) => measure(text, font);
  const room = picture.width - 2 * MARGIN;
  let [x, row] = [0, 0];
  const swatches = legend.map(({ name, color }) => {
    const width = SWATCH + 6 + wide(name);
    if (x > 0 && x + width > room) {
      [x, row] = [0, row + 1];
    }
    const place = { name, color, x, row };
    x += width + APART;
    return place;
  });
  const legendHeight = swatches.length > 0 ? (row + 1) * LINE + 6 : 0;
  const lines = caption.flatMap((text) => wrapped(text, room, wide));
  const below = legendHeight + lines.length * LINE + MARGIN;
  const draw = (surface: Surface) => {
    if (!theme.transparent) {
      surface.fillStyle = theme.background;
      surface.fillRect(0, picture.height - 1, picture.width, below + 1);
    }
    surface.save();
    picture.draw(surface);
    surface.restore();
    surface.save();
    surface.translate(MARGIN, picture.height);
    surface.font = font;
    surface.textBaseline = 'middle';
    surface.textAlign = 'left';
    for (const swatch of swatches) {
      const y = swatch.row * LINE;
      surface.fillStyle = swatch.color;
      surface.fillRect(swatch.x, y + (LINE - SWATCH) / 2, SWATCH, SWATCH);
      surface.fillStyle = theme.text;
      surface.fillText(swatch.name, swatch.x + SWATCH + 6, y + LINE / 2);
    }
    surface.fillStyle = theme.text;
    lines.forEach((line, i) =>
      surface.fillText(fitted(surface, line, room), 0, legendHeight + (i + 0.5) * LINE),
    );
    surface.restore();
  };
  return { ...picture, height: picture.height + below, draw };
}
