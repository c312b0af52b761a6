import { withDensity } from './density.ts';
import { lengths, pixelsWide, type FigureChoice } from './figure.ts';
import type { Picture } from './marks/surface.ts';
import { svg } from './marks/svg.ts';
import { download, fileName, textWidth, png, svgFile } from './save.ts';
import { Refused } from './source.ts';
import type { ViewId } from './state.ts';

/** Makes a file of a figure; returns what it did, for the user. */
type Make = (made: Picture, choice: FigureChoice) => Promise<string>;

export interface FigureFile {
  readonly png: Make;
  readonly svg: Make;
  readonly copy: Make;
}

/** Files of a view's figures. */
export function figureFiles(view: ViewId): FigureFile {
  const pixels = async (made: Picture, choice: FigureChoice) => {
    const blob = await png(made, pixelsWide(choice) / made.width);
    const bytes = withDensity(new Uint8Array(await blob.arrayBuffer()), choice.dpi);
    return new Blob([bytes], { type: 'image/png' });
  };
  const saved = (file: Blob, made: Picture, ending: string) => {
    const name = fileName(made, view, ending);
    download(file, name);
    return `Saved as ${name}.`;
  };
  return {
    png: async (made, choice) => saved(await pixels(made, choice), made, 'png'),
    svg: async (made, choice) => saved(svgFile(made, lengths(choice, made)), made, 'svg'),
    copy: async (made, choice) => {
      const file = pixels(made, choice); // as a promise, since browsers want to be asked during the click
      try {
        await navigator.clipboard.write([new ClipboardItem({ 'image/png': file })]);
      } catch (cause) {
        await file; // too large an image says so itself
        throw new Refused('The clipboard can’t be used here: save the figure as a file.', { cause });
      }
      return 'Copied as PNG.';
    },
  };
}

/** Has the browser print a figure alone, on a page of its size: browsers save that as PDF, with fonts and in lines. */
export function printed(made: Picture, choice: FigureChoice): string {
  const { width, height } = lengths(choice, made);
  const drawing = new DOMParser().parseFromString(svg(made, textWidth, { width, height }), 'image/svg+xml');
  const page = document.createElement('div');
  page.className = 'printed-figure';
  page.append(document.importNode(drawing.documentElement, true));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@page { size: ${width} ${height}; margin: 0; }`);
  document.adoptedStyleSheets.push(sheet);
  document.body.append(page);
  window.addEventListener(
    'afterprint',
    () => {
      page.remove();
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    },
    { once: true },
  );
  window.print();
  return '';
}
