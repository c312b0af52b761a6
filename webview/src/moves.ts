import { headsOf, layersOf } from './inspection.ts';
import type { Change, State } from './state.ts';

/** Where arrows lead: up and down the layers, left and right along the heads. */
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
  switch (key) {
    case 'ArrowUp':
      return { layer: step(layersOf(inspection), state.layer, -1) };
    case 'ArrowDown':
      return { layer: step(layersOf(inspection), state.layer, 1) };
    case 'ArrowLeft':
      return head(-1);
    case 'ArrowRight':
      return head(1);
    default:
      return undefined;
  }
}
