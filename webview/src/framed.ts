import { choicesOf, fromHash } from './address.ts';
import { Find } from './parts/find.ts';
import type { Change, Store } from './state.ts';

/** Whether an editor frames the page. */
export const isFramed = () => window.parent !== window;

/** Sends a message to the editor that frames the page. */
const tell = (message: object, transfer: Transferable[] = []) =>
  window.parent.postMessage(message, '*', transfer);

/** What an editor asks the page for. */
interface Asked {
  readonly type: 'open' | 'export';
  readonly inspection?: unknown;
  /** What to show of it, as in an address. */
  readonly choices?: unknown;
}

/**
 * Works with the editor that frames the page: shows what it asks for, tells it what is chosen, so that it can be restored,
 * and passes on the keys that the page has no use for.
 *
 * @param open shows an inspection, optionally in a certain way
 */
export function followEditor(store: Store, open: (inspection: number, choices: Change) => void): void {
  if (!isFramed()) {
    return;
  }
  const find = new Find(store);
  window.addEventListener('message', (event: MessageEvent<Asked | null>) => {
    if (event.source !== window.parent) {
      return;
    }
    const { type, inspection, choices } = event.data ?? {};
    if (type === 'open' && typeof inspection === 'number') {
      open(inspection, typeof choices === 'string' ? fromHash(choices).change : {});
    } else if (type === 'export') {
      const menu = document.querySelector<HTMLDetailsElement>('.export-menu');
      if (menu) {
        menu.open = true;
        menu.querySelector('button')?.focus();
      }
    }
  });
  let told: string | undefined;
  store.listen((state) => {
    const choices = state.inspection && `&${choicesOf(state)}`;
    if (choices !== undefined && choices !== told) {
      told = choices;
      tell({ type: 'address', choices });
    }
  });
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element && event.target.closest('a[download]');
    if (link) {
      event.preventDefault();
      void saveInEditor(link.getAttribute('href')!, '');
    }
  });
  // an editor that takes the focus, for its palette, say, gives it back to the page: what had it has it again
  let focused: EventTarget | null = null;
  const refocus = () => {
    if (document.activeElement === document.body && document.hasFocus() && focused instanceof HTMLElement) {
      focused.focus({ preventScroll: true });
    }
  };
  window.addEventListener('focusin', ({ target }) => (focused = target));
  window.addEventListener('focus', () => setTimeout(refocus)); // Chromium ignores it before
  // in the capturing phase: text fields keep their keys to themselves
  window.addEventListener(
    'keydown',
    (event) => {
      if (isShortcut(event, 'f')) {
        find.open();
      } else if (isForEditor(event)) {
        const { key, code, keyCode, ctrlKey, shiftKey, altKey, metaKey, repeat } = event;
        tell({ type: 'key', key, code, keyCode, ctrlKey, shiftKey, altKey, metaKey, repeat });
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
}

/** Has the editor save a file. */
export async function saveInEditor(file: Blob | string, name: string): Promise<void> {
  if (typeof file === 'string') {
    tell({ type: 'save', name: name || /([^/?]+)(\?|$)/.exec(file)![1], data: file });
  } else {
    const data = await file.arrayBuffer();
    tell({ type: 'save', name, data }, [data]);
  }
}

const isMac = () => /Mac/.test(navigator.userAgent);

/** Whether a key is this letter with the system's modifier for commands. */
const isShortcut = ({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent, letter: string) =>
  key.toLowerCase() === letter &&
  (isMac() ? metaKey && !ctrlKey : ctrlKey && !metaKey) &&
  !shiftKey &&
  !altKey;

/** With Ctrl or Cmd: what undoes, anywhere; what copies; what moves in a text and edits it. */
const UNDOING = /^[zy]$/i;
const COPYING = /^[ac]$/;
const EDITING = /^([acvx]|Arrow\w+|Home|End|Backspace|Delete|Insert|Enter)$/;
const FIELDS = 'input:not([type="checkbox"], [type="radio"], [type="range"]), textarea, select';

/** Whether a key is a command of the editor: function keys, and any key with Ctrl, Cmd or Alt that edits no text. */
function isForEditor(event: KeyboardEvent): boolean {
  const { key, ctrlKey, metaKey, altKey, target } = event;
  if (event.isComposing || event.getModifierState('AltGraph')) {
    return false;
  }
  if (/^F\d{1,2}$/.test(key)) {
    return true;
  }
  if (/^(Control|Meta|Alt|Shift)$/.test(key) || !(ctrlKey || metaKey || altKey)) {
    return false;
  }
  const inField = target instanceof Element && target.closest(FIELDS) !== null;
  if (!ctrlKey && !metaKey) {
    return !inField || !(key.length === 1 || EDITING.test(key)); // Alt types characters on some keyboards
  }
  return !UNDOING.test(key) && !(inField ? EDITING : COPYING).test(key);
}
