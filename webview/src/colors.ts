/** A colour of sRGB, each part 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** From OKLCH (Ottosson 2020, "A perceptual color space for image processing"); parts out of range are cut off. */
export function oklch(lightness: number, chroma: number, hue: number): Rgb {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const encoded = (linear: number) => {
    const part = Math.min(1, Math.max(0, linear));
    return Math.round(255 * (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055));
  };
  return [
    encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encoded(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** As CSS and SVG write it. */
export const hex = (color: Rgb) => `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

/** As a pixel of an image: a little-endian word, as every machine that runs browsers is. */
export const packed = ([red, green, blue]: Rgb, opacity = 255) =>
  ((opacity << 24) | (blue << 16) | (green << 8) | red) >>> 0;

/**
 * A colour for each head that stays distinguishable however many there are: hues evenly around the circle of OKLCH,
 * every other one lighter and paler, so that neighbours differ in two ways.
 */
export function headRgb(head: number, heads: number, dark: boolean): Rgb {
  const hue = (25 + (360 * head) / heads) % 360;
  const even = head % 2 === 0;
  const lightness = dark ? (even ? 0.72 : 0.84) : even ? 0.52 : 0.66;
  return oklch(lightness, even ? 0.17 : 0.13, hue);
}

export const headColor = (head: number, heads: number, dark: boolean) => hex(headRgb(head, heads, dark));
