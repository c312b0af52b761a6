import { Refused } from './source.ts';

/** Longer files are no text that somebody wants to look at. */
const LARGEST = 1_000_000;

/** Whether a file's name says that it holds attention, and not a text. */
export const holdsAttention = ({ name }: File) => /\.(safetensors|npz|json)$/i.test(name);

/** The text of a file. */
export async function textOf(file: File): Promise<string> {
  if (file.size > LARGEST) {
    throw new Refused(`${file.name} is too large to visualize: choose a text of less than 1 MB.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()).trim();
  } catch {
    throw new Refused(`${file.name} is not a text in UTF-8: choose a text file.`);
  }
}

/** Opens a file that is dropped on the page. */
export function takeDrops(open: (file: File) => void): void {
  const hasFile = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  document.addEventListener('dragover', (event) => {
    if (hasFile(event)) {
      event.preventDefault();
    }
  });
  document.addEventListener('drop', (event) => {
    const file = event.dataTransfer?.files[0];
    if (file && !event.defaultPrevented) {
      event.preventDefault();
      open(file);
    }
  });
}
