/**
 * What marks draw on: the part of a canvas context that SVG can do as well, so that the screen, a PNG and an SVG are
 * drawn by the same code.
 */
export type Surface = Pick<
  CanvasRenderingContext2D,
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'bezierCurveTo'
  | 'stroke'
  | 'fillRect'
  | 'strokeRect'
  | 'fillText'
  | 'save'
  | 'restore'
  | 'translate'
  | 'rotate'
  | 'globalAlpha'
  | 'strokeStyle'
  | 'fillStyle'
  | 'lineWidth'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
> & {
  measureText(text: string): { readonly width: number };
  drawImage(image: HTMLCanvasElement, x: number, y: number, width: number, height: number): void;
};

/** The colours and font of a picture, from the page. */
export interface Theme {
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly border: string;
  readonly font: string;
  readonly dark: boolean;
  /** Whether nothing stands behind a picture. */
  readonly transparent?: boolean;
}

/** Something that can be drawn at any place: on the screen, into a PNG, into an SVG. */
export interface Picture {
  /** Its title and file name. */
  readonly name: string;
  /** What its file says of it, and does not show. */
  readonly about?: string;
  readonly width: number;
  readonly height: number;
  readonly draw: (surface: Surface) => void;
}

/** A picture on the page's background. */
export function onGround(
  name: string,
  width: number,
  height: number,
  theme: Theme,
  draw: (surface: Surface) => void,
): Picture {
  const whole = (surface: Surface) => {
    if (!theme.transparent) {
      surface.fillStyle = theme.background;
      surface.fillRect(0, 0, width, height);
    }
    surface.save();
    draw(surface);
    surface.restore();
  };
  return { name, width, height, draw: whole };
}

/** Shortens a text with … to a width. */
export function fitted(surface: Pick<Surface, 'measureText'>, text: string, width: number): string {
  if (surface.measureText(text).width <= width) {
    return text;
  }
  const letters = [...text];
  while (letters.length > 0 && surface.measureText(`${letters.join('')}…`).width > width) {
    letters.pop();
  }
  return `${letters.join('')}…`;
}
