/**
 * A colour for each head that stays distinguishable however many there are: hues evenly around the circle of OKLCH
 * (Ottosson 2020), every other one lighter and paler, so that neighbours differ in two ways.
 */
export function headColor(head: number, heads: number, dark: boolean): string {
  const hue = (25 + (360 * head) / heads) % 360;
  const even = head % 2 === 0;
  const lightness = dark ? (even ? 0.72 : 0.84) : even ? 0.52 : 0.66;
  const chroma = even ? 0.17 : 0.13;
  return `oklch(${lightness} ${chroma} ${hue.toFixed(1)})`;
}
