import { headsOf, layersIn } from './inspection.ts';
import { attending, showsWeights, type Change, type State } from './state.ts';

/** The letters that choose an attention of an encoder-decoder. */
const LETTERS = { e: 'encoder', d: 'decoder', c: 'cross' } as const;

/** Keyboard navigation: arrows go up and down the layers and along the heads, letters choose an attention. */
export function moved(state: State, key: string): Change | undefined {
  const inspection = state.inspection!;
  const step = (all: readonly number[], at: number, by: number) =>
    all[Math.max(0, Math.min(all.length - 1, all.indexOf(at) + by))]!;
  const head = (by: number) => {
    const all = headsOf(inspection);
    if (state.view !== 'head') {
      return { head: step(all, state.head, by) };
    }
    const alone = state.heads.size === 1;
    const to = alone ? step(all, [...state.heads][0]!, by) : by > 0 ? all[0]! : all.at(-1)!;
    return { head: to, heads: new Set([to]) };
  };
  if (!showsWeights(state) && key.startsWith('Arrow')) {
    return undefined; // it shows all heads
  }
  switch (key) {
    case 'ArrowUp':
      return { layer: step(layersIn(inspection, state.attention), state.layer, -1) };
    case 'ArrowDown':
      return { layer: step(layersIn(inspection, state.attention), state.layer, 1) };
    case 'ArrowLeft':
      return head(-1);
    case 'ArrowRight':
      return head(1);
    case 'e':
    case 'd':
    case 'c': {
      const kind = LETTERS[key];
      return inspection.attentions.some((one) => one.kind === kind) ? attending(state, kind) : undefined;
    }
    default:
      return undefined;
  }
}
