import * as api from './api.ts';
import { showsWeights, type State, type Store } from './state.ts';
import type { Shown } from './shown.ts';
import { anyOf } from './views/shared/view.ts';

/**
 * Sends the focused token to the editor that has the text open, at most once a frame.
 *
 * @param shown what is shown of a state: the pieces of a word are sent together if words are merged
 */
export function pointInEditor(store: Store, shown: (state: State) => Shown): void {
  let waiting = false;
  store.listen((_, changed) => {
    if (waiting || !anyOf(changed, 'focus', 'attention', 'layer', 'heads', 'head', 'view')) {
      return;
    }
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const { state } = store;
      const { inspection, focus, attention, layer, heads, head, view } = state;
      if (!inspection?.linked || !showsWeights(state)) {
        return;
      }
      const { queries, keys } = shown(state);
      const tokens = (token: number) =>
        [...queries, ...keys].find((unit) => unit.tokens.includes(token))?.tokens ?? [token];
      api.point(
        inspection.id!,
        focus && {
          kind: attention,
          layer,
          heads: view === 'head' ? [...heads] : [head],
          tokens: tokens(focus.token),
          incoming: focus.side === 'key',
        },
      );
    });
  });
}
