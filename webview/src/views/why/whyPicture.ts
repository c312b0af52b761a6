import { hex } from '../../colors.ts';
import { wrapped } from '../../figure.ts';
import { ATTENTION_NAMES, hasSeveral, headsOf, layersIn, type Inspection } from '../../inspection.ts';
import { onGround, type Picture, type Surface, type Theme } from '../../marks/surface.ts';
import type { State } from '../../state.ts';
import { headName, partName, partsOf } from '../../without.ts';
import { chance, effectText, gridOf, scaleOf, strongest, tintOf, type Answer } from '../../why.ts';
import { looks } from './heads.ts';
import { gridScale } from './grid.ts';
import { piecesOf } from './words.ts';

const [MARGIN, WIDTH, CELL, ROW, SIDE] = [28, 860, 26, 22, 360];

/** One block of the picture: it draws from the top of its place and says how high it is. */
type Block = { readonly height: number; readonly draw: (surface: Surface) => void };

/** The question, the answer, words, heads and lens, for export. */
export function whyPicture(inspection: Inspection, state: State, answer: Answer, theme: Theme): Picture {
  const measure = document.createElement('canvas').getContext('2d')!;
  const columns = headsOf(inspection).length;
  const width = Math.max(WIDTH, 60 + columns * CELL + 30 + SIDE);
  const blocks = [
    sentences(inspection, answer, theme, measure, width),
    wordBlock(inspection, state, answer, theme, measure, width),
    headBlock(inspection, answer, theme),
    lensBlock(answer, theme),
  ];
  const height = blocks.reduce((sum, block) => sum + block.height, 0);
  return onGround('Why', width + 2 * MARGIN, height + 2 * MARGIN, theme, (surface) => {
    surface.textBaseline = 'middle';
    surface.textAlign = 'left';
    surface.translate(MARGIN, MARGIN);
    for (const block of blocks) {
      surface.save();
      block.draw(surface);
      surface.restore();
      surface.translate(0, block.height);
    }
  });
}

type Ruler = CanvasRenderingContext2D;

function sentences(inspection: Inspection, answer: Answer, theme: Theme, ruler: Ruler, width: number): Block {
  const out = partsOf(inspection).map((part) => partName(part, inspection));
  const parts = [
    { text: answer.question, font: `600 20px ${theme.font}`, line: 28, color: theme.text },
    { text: answer.answer ?? '', font: `15px ${theme.font}`, line: 22, color: theme.text },
    {
      text: out.length > 0 ? `Without ${out.join(', ')}.` : '',
      font: `13px ${theme.font}`,
      line: 20,
      color: theme.muted,
    },
  ].filter(({ text }) => text !== '');
  const lines = parts.flatMap((part) => {
    ruler.font = part.font;
    const measure = (text: string) => ruler.measureText(text).width;
    return wrapped(part.text, width, measure).map((text) => ({ ...part, text }));
  });
  return {
    height: lines.reduce((sum, { line }) => sum + line, 16),
    draw: (surface) => {
      let y = 0;
      for (const { text, font, line, color } of lines) {
        surface.fillStyle = color;
        surface.font = font;
        surface.fillText(text, 0, y + line / 2);
        y += line;
      }
    },
  };
}

function wordBlock(
  inspection: Inspection,
  state: State,
  answer: Answer,
  theme: Theme,
  ruler: Ruler,
  width: number,
): Block {
  const scale = scaleOf(
    answer.words.map(({ effect }) => effect),
    1,
  );
  const font = `16px ${theme.font}`;
  ruler.font = font;
  let [x, y] = [0, 0];
  const placed = piecesOf(inspection, state.place, answer, state.sinks).flatMap((piece) => {
    if (piece.kind === 'break') {
      [x, y] = [0, y + 52];
      return [];
    }
    const wide = Math.max(ruler.measureText(piece.text).width + 12, 40);
    if (x > 0 && x + wide > width) {
      [x, y] = [0, y + 52];
    }
    const at = { piece, x, y, wide };
    x += wide + 4;
    return [at];
  });
  return {
    height: y + 52 + 20,
    draw: (surface) => {
      surface.textAlign = 'center';
      for (const { piece, x, y, wide } of placed) {
        const effect = piece.kind === 'word' ? piece.effect : undefined;
        const tint = effect && tintOf(effect.effect, scale, theme.dark);
        if (tint) {
          surface.fillStyle = hex(tint.rgb);
          surface.fillRect(x, y, wide, 26);
        }
        if (piece.kind === 'place') {
          surface.strokeStyle = theme.text;
          surface.lineWidth = 1;
          surface.strokeRect(x + 0.5, y + 0.5, wide - 1, 25);
        }
        surface.fillStyle = tint?.ink ?? theme.text;
        surface.font = font;
        surface.fillText(piece.text, x + wide / 2, y + 13);
        if (effect) {
          surface.fillStyle = theme.muted;
          surface.font = `11px ${theme.font}`;
          surface.fillText(effectText(effect.effect, 1), x + wide / 2, y + 36);
        }
      }
    },
  };
}

function headBlock(inspection: Inspection, answer: Answer, theme: Theme): Block {
  const heads = headsOf(inspection);
  const scale = gridScale(answer.heads.map(({ effect }) => effect));
  const grids = inspection.attentions.map(({ kind }) => ({
    kind,
    layers: layersIn(inspection, kind),
    known: gridOf(answer.heads, kind),
  }));
  const top = 24;
  const gridHeight = grids.reduce((sum, { layers }) => sum + top + layers.length * CELL + 12, 0);
  const list = strongest(answer.heads, 10);
  return {
    height: Math.max(gridHeight, top + list.length * ROW) + 20,
    draw: (surface) => {
      let y = 0;
      for (const { kind, layers, known } of grids) {
        surface.font = `11px ${theme.font}`;
        surface.fillStyle = theme.muted;
        surface.textAlign = 'left';
        surface.fillText(hasSeveral(inspection) ? ATTENTION_NAMES[kind] : 'layer', 0, y + 10);
        surface.textAlign = 'center';
        heads.forEach((head, i) => surface.fillText(String(head + 1), 40 + i * CELL + CELL / 2, y + 10));
        layers.forEach((layer, row) => {
          const at = y + top + row * CELL;
          surface.fillStyle = theme.muted;
          surface.fillText(String(layer + 1), 20, at + CELL / 2);
          heads.forEach((head, i) => {
            const effect = known.get(`${layer}.${head}`)?.effect;
            if (effect !== undefined) {
              const { rgb, ink } = tintOf(effect, scale, theme.dark);
              surface.fillStyle = hex(rgb);
              surface.fillRect(40 + i * CELL, at, CELL - 1, CELL - 1);
              if (Math.abs(effect) >= Math.max(0.1, scale / 25)) {
                surface.fillStyle = ink;
                surface.font = `9px ${theme.font}`;
                surface.fillText(effectText(effect, 1), 40 + i * CELL + CELL / 2, at + CELL / 2);
                surface.font = `11px ${theme.font}`;
              }
            }
          });
        });
        y += top + layers.length * CELL + 12;
      }
      surface.translate(60 + heads.length * CELL + 10, top);
      surface.textAlign = 'left';
      list.forEach((head, i) => {
        const at = i * ROW + ROW / 2;
        surface.fillStyle = theme.text;
        surface.font = `600 12px ${theme.font}`;
        surface.fillText(headName(inspection, head.attention ?? 'self', head.layer, head.head), 0, at);
        surface.font = `12px ${theme.font}`;
        surface.fillText(effectText(head.effect), 90, at);
        surface.fillStyle = theme.muted;
        surface.fillText(looks(head).join(', '), 140, at);
      });
    },
  };
}

function lensBlock({ lens, word, rather }: Answer, theme: Theme): Block {
  const [orange, blue] = [tintOf(1, 1, theme.dark), tintOf(-1, 1, theme.dark)].map(({ rgb }) => hex(rgb)) as [
    string,
    string,
  ];
  return {
    height: lens.length === 0 ? 0 : 24 + lens.length * ROW,
    draw: (surface) => {
      if (lens.length === 0) {
        return;
      }
      surface.font = `11px ${theme.font}`;
      surface.fillStyle = theme.muted;
      surface.fillText('after layer', 0, 10);
      surface.fillText('it would say', 90, 10);
      surface.fillText([word.word, rather?.word].filter(Boolean).join(' · '), 530, 10);
      lens.forEach((row, i) => {
        const y = 24 + i * ROW + ROW / 2;
        surface.fillStyle = theme.muted;
        surface.font = `12px ${theme.font}`;
        surface.fillText(row.layer === 0 ? 'words alone' : String(row.layer), 0, y);
        let x = 90;
        row.top.forEach((name, k) => {
          surface.fillStyle = row.chances[k]! < 0.01 ? theme.muted : theme.text;
          surface.fillText(name.trim(), x, y);
          x += surface.measureText(name.trim()).width + 14;
        });
        surface.fillStyle = orange;
        surface.fillRect(370, y - 5, Math.max(1, 140 * row.p), 4);
        if (row.rather !== undefined) {
          surface.fillStyle = blue;
          surface.fillRect(370, y + 1, Math.max(1, 140 * row.rather), 4);
        }
        surface.fillStyle = theme.text;
        surface.fillText(
          [row.p, row.rather]
            .filter((p) => p !== undefined)
            .map(chance)
            .join(' · '),
          530,
          y,
        );
      });
    },
  };
}
