import { headColor } from '../../colors.ts';
import { chosenOf, FARTHEST, numberText, type Corpus, type CorpusHead } from '../../corpus.ts';
import { fitted, onGround, type Picture, type Surface, type Theme } from '../../marks/surface.ts';
import { modelName } from '../../parts/status.ts';
import type { State } from '../../state.ts';
import { nameOf, saysOf } from './grid.ts';
import { drawOpened, type Opened } from './headPanel.ts';

const [MARGIN, SIDE, GAP, CAPTION, TITLE, APART, COLUMNS] = [24, 72, 8, 16, 26, 36, 12];
/** A chosen head's diagram. */
const [WIDTH, HEIGHT] = [720, 320];

/** The chosen head's profile, or the grids of all heads, for export. */
export function corpusPicture(
  first: Corpus,
  second: Corpus | undefined,
  opened: Opened | undefined,
  state: State,
  theme: Theme,
): Picture {
  const corpora = second ? [first, second] : [first];
  const about = corpora.map(
    ({ name, texts, tokens, model, revision }) =>
      `${name}: ${texts.toLocaleString('en')} texts, ${tokens.toLocaleString('en')} tokens, by ${modelName(model)}${revision === undefined ? '' : ` at ${revision}`}.`,
  );
  return {
    ...(opened ? headPicture(opened, theme) : gridPicture(corpora, state, theme)),
    about: about.join(' '),
  };
}

function headPicture(opened: Opened, theme: Theme): Picture {
  const name = nameOf(opened.corpus, opened.head);
  return onGround(`Corpus · ${name}`, WIDTH + 2 * MARGIN, HEIGHT + TITLE + 2 * MARGIN, theme, (surface) => {
    surface.translate(MARGIN, MARGIN);
    heading(surface, name, theme);
    surface.translate(0, TITLE);
    drawOpened(surface, opened, WIDTH, HEIGHT, theme);
  });
}

function gridPicture(corpora: readonly Corpus[], state: State, theme: Theme): Picture {
  const [x, y] = [SIDE + GAP, SIDE + CAPTION + GAP];
  const blocks = corpora.map((corpus) => {
    const heads = chosenOf(corpus, state);
    const rows = [...new Set(heads.map(({ kind, layer }) => `${kind} ${layer}`))];
    const columns = state.largest ? COLUMNS : corpus.heads;
    const place = ({ kind, layer, head }: CorpusHead, i: number) =>
      state.largest
        ? ([i % COLUMNS, Math.floor(i / COLUMNS)] as const)
        : ([head, rows.indexOf(`${kind} ${layer}`)] as const);
    const height = state.largest ? Math.ceil(heads.length / COLUMNS) : rows.length;
    return { corpus, heads, place, width: columns * x - GAP, height: height * y };
  });
  const width = blocks.reduce((sum, block) => sum + block.width + APART, -APART) + 2 * MARGIN;
  const height = Math.max(...blocks.map((block) => block.height)) + TITLE + 2 * MARGIN;
  return onGround('Corpus', width, height, theme, (surface) => {
    surface.translate(MARGIN, MARGIN);
    for (const { corpus, heads, place, width: own } of blocks) {
      heading(surface, fitted(surface, corpus.name, own), theme);
      heads.forEach((head, i) => {
        const [column, row] = place(head, i);
        surface.save();
        surface.translate(column * x, TITLE + row * y);
        thumbnail(surface, corpus, head, state, theme);
        surface.restore();
      });
      surface.translate(own + APART, 0);
    }
  });
}

function heading(surface: Surface, text: string, theme: Theme): void {
  surface.font = `600 13px ${theme.font}`;
  surface.fillStyle = theme.text;
  surface.textAlign = 'left';
  surface.textBaseline = 'middle';
  surface.fillText(text, 0, 6);
}

function thumbnail(surface: Surface, corpus: Corpus, head: CorpusHead, state: State, theme: Theme): void {
  const shares = head.profile.map(({ mean }) => mean);
  const most = Math.max(0.2, ...shares);
  const step = SIDE / shares.length;
  surface.fillStyle = headColor(head.head, corpus.heads, theme.dark);
  shares.forEach((share, i) => {
    const height = (share / most) * SIDE;
    surface.fillRect(i * step, SIDE - height, step, height);
  });
  surface.strokeStyle = theme.border;
  surface.lineWidth = 1;
  surface.strokeRect(0, 0, SIDE, SIDE);
  surface.strokeRect((FARTHEST + 0.5) * step, 0, 0, SIDE);
  const { name, mean } = saysOf(corpus, head, state.by);
  const where = state.largest ? `${head.layer + 1}·${head.head + 1} ` : '';
  surface.font = `11px ${theme.font}`;
  surface.fillStyle = theme.muted;
  surface.textAlign = 'left';
  const caption = `${where}${name} ${mean ? numberText(mean.mean) : ''}`.trim();
  surface.fillText(fitted(surface, caption, SIDE), 0, SIDE + CAPTION / 2);
}
