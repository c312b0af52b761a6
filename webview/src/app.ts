import { html, nothing, render, type TemplateResult } from 'lit';
import { Exporting } from './exporting.ts';
import { headsOf, type Inspection } from './inspection.ts';
import { moved } from './moves.ts';
import type { Words } from './named.ts';
import { changed as changedStrip, takeable, type ChangedActions } from './parts/changed.ts';
import { chips } from './parts/chips.ts';
import { compareForm, type CompareActions } from './parts/compare.ts';
import { common, controls } from './parts/controls.ts';
import { check } from './parts/fields.ts';
import { keysHelp } from './parts/keys.ts';
import { lesson, type LearnActions } from './parts/learn.ts';
import { ModelMenu, type ModelActions } from './parts/modelMenu.ts';
import { Named, type NamedActions } from './parts/named.ts';
import { pin } from './parts/pin.ts';
import { says } from './parts/says.ts';
import { notice, summary } from './parts/status.ts';
import { weightTable, type TableContent } from './parts/table.ts';
import { tabs } from './parts/tabs.ts';
import { grow, textForm, type TextFormActions } from './parts/textForm.ts';
import { TwoModels, type TwoModelsActions } from './parts/twoModels.ts';
import { writing, type WritingActions } from './parts/writing.ts';
import { gathered } from './shown.ts';
import type { Overview, Source } from './source.ts';
import {
  edited,
  pinnedIn,
  shownPhrase,
  showsWeights,
  START,
  VIEW_IDS,
  type Focus,
  type State,
  type ViewId,
} from './state.ts';
import { corpus } from './views/shared/later.ts';
import { head } from './views/head/head.ts';
import { heatmap } from './views/heatmap/heatmap.ts';
import { model } from './views/model/model.ts';
import { neuron } from './views/neuron/neuron.ts';
import { why } from './views/why/why.ts';
import { anyOf, Latest, type View, type ViewContext, type ViewKind } from './views/shared/view.ts';

const EVERYTHING: ReadonlySet<keyof State> = new Set(Object.keys(START) as (keyof State)[]);

const VIEWS: Readonly<Record<ViewId, ViewKind>> = { head, model, neuron, heatmap, why, corpus };

/** What the page can do; an exported page can do less. */
export interface AppActions {
  /** Inspects texts; undefined without a server. */
  readonly form?: TextFormActions;
  /** Inserts words into their blanks; undefined if the text cannot be changed. */
  readonly take?: (words: Words) => void;
  /** Asks about words that are named; undefined without a server. */
  readonly named?: NamedActions;
  /** Has the model go on with the text; undefined without a server. */
  readonly writing?: WritingActions;
  /** The menu of the texts of this session; undefined without a server. */
  readonly texts?: () => TemplateResult;
  /** The menu of models, and what is shown of two; undefined without a server. */
  readonly models?: ModelActions & TwoModelsActions;
  /** Goes through the lesson; undefined without a server. */
  readonly learn?: LearnActions;
  /** Compares with another inspection; undefined without a server. */
  readonly compare?: CompareActions;
  /** Puts back what was taken out; undefined without a server. */
  readonly changed?: ChangedActions & { readonly redo: () => void };
}

/** Elements that take letters, and elements with their own arrow keys. */
const FIELDS = 'textarea, select, input:not([type="checkbox"], [type="radio"])';
const WALKED = '[type="radio"], [role="tab"], .table';

/** The page around the views, and which of them is shown. */
class App {
  readonly #root: HTMLElement;
  readonly #context: ViewContext;
  readonly #actions: AppActions;
  readonly #views = new Map<ViewId, View>();
  readonly #tables: Latest;
  readonly #named: Named | undefined;
  readonly #models: ModelMenu | undefined;
  readonly #twoModels: TwoModels | undefined;
  /** What is pinned, as it was drawn last. */
  #pinned: Focus | undefined;
  #tableContent: TableContent | undefined;
  readonly #exporting: Exporting;
  readonly #overviews: Latest;
  /** What the sentence above a view is made of, once it is there, and whose. */
  #overview: { readonly of: Source | undefined; readonly found?: Overview } = { of: undefined };

  constructor(root: HTMLElement, context: ViewContext, actions: AppActions) {
    this.#root = root;
    this.#context = context;
    this.#actions = actions;
    this.#tables = new Latest(context.store);
    this.#named = actions.named && new Named(actions.named, () => this.#draw(context.store.state));
    const redraw = () => this.#draw(context.store.state);
    this.#models = actions.models && new ModelMenu(actions.models, redraw);
    this.#twoModels = actions.models && new TwoModels(actions.models, redraw);
    this.#overviews = new Latest(context.store);
    this.#exporting = new Exporting(
      root,
      context.store,
      (theme) => this.#view(context.store.state.view).picture(theme),
      actions.form !== undefined,
    );
    const { store } = context;
    this.#show(store.state, EVERYTHING);
    store.listen((state, changed) => this.#show(state, changed));
    document.addEventListener('keydown', (event) => this.#key(event));
    document.addEventListener('pointerdown', (event) => {
      const menu = root.querySelector<HTMLDetailsElement>('.menu[open]');
      if (menu && !menu.contains(event.target as Node)) {
        menu.open = false;
      }
    });
  }

  #show(state: State, changed: ReadonlySet<keyof State>): void {
    const of = this.#context.source();
    const isOther = of !== this.#overview.of;
    if (isOther) {
      this.#overview = { of };
    }
    if (!this.#shows(state)) {
      this.#draw(state);
      return;
    }
    const show = (changes: typeof changed) => {
      this.#view(state.view).show(state, changes);
      if (isOther) {
        this.#loadOverview(of); // after what the view draws
      }
    };
    if (changed.has('inspection')) {
      show(changed); // first, so that the server answers while the page is drawn
      this.#draw(state);
    } else {
      const pinned = pinnedIn(state);
      const onlyHover = changed.size === 1 && changed.has('focus') && pinned === this.#pinned;
      this.#pinned = pinned;
      if (!onlyHover) {
        this.#draw(state);
      }
      const back = changed.has('connected') && state.connected;
      show(back ? EVERYTHING : changed);
    }
    if (changed.has('learn')) {
      this.#focus(state.learn === undefined ? '.learn-start' : '.lesson .next');
    }
    if (
      anyOf(
        changed,
        'table',
        'inspection',
        'layer',
        'head',
        'heads',
        'view',
        'expanded',
        'words',
        'special',
        'attention',
        'measure',
        'filter',
      )
    ) {
      this.#loadTable(state);
    }
  }

  /** Whether a view is shown: they are of a text, all but one. */
  #shows({ inspection, view }: State): boolean {
    return inspection !== undefined || (view === 'corpus' && this.#context.corpus !== undefined);
  }

  /** The views that can be shown. */
  #ids({ inspection }: State): readonly ViewId[] {
    return VIEW_IDS.filter((id) => (id === 'corpus' ? this.#context.corpus : inspection));
  }

  #view(id: ViewId): View {
    let view = this.#views.get(id);
    if (!view) {
      this.#views.set(id, (view = VIEWS[id].create(this.#context)));
    }
    return view;
  }

  #draw(state: State): void {
    const hadFocus = this.#root.contains(document.activeElement);
    render(this.#page(state), this.#root);
    this.#root.querySelectorAll<HTMLTextAreaElement>('.texts textarea').forEach((field) => {
      grow(field);
      if (state.writing !== undefined) {
        field.scrollTop = field.scrollHeight; // what is written is its end
      }
    });
    if (hadFocus && document.activeElement === document.body) {
      // the focused element was removed
      this.#focus('textarea, [aria-selected="true"]');
    }
  }

  #focus(selector: string): void {
    this.#root.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true });
  }

  /** Inserts words; focus moves to the text, as their chips are about to disappear. */
  #take(words: Words): void {
    this.#focus('textarea');
    this.#actions.take?.(words);
  }

  #page(state: State): TemplateResult {
    const { store } = this.#context;
    const { form, take } = this.#actions;
    const taken = take && !edited(state) && state.writing === undefined ? this.#take.bind(this) : undefined;
    const { inspection } = state;
    return html`
      <h1 class="hidden">Headlight</h1>
      <header>
        ${
          form
            ? textForm(state, form, this.#tools(state), inspection && summary(inspection))
            : inspection
              ? html`<p class="text" dir="auto">${state.text}</p>`
              : nothing
        }
        ${!form && state.pair !== undefined ? html`<p class="text" dir="auto">${state.pair}</p>` : nothing}
        ${inspection ? html`${chips(inspection, taken, this.#named)} ${form ? nothing : summary(inspection)}` : nothing}
        ${this.#actions.writing ? writing(state, this.#actions.writing) : nothing}
      </header>
      ${notice(state, (text) => form?.run(text, undefined))}
      ${
        this.#shows(state)
          ? html`${inspection ? this.#aboutText(inspection, state) : nothing}
              <div class="bar">
                ${tabs(this.#ids(state), state, store, (id) => VIEWS[id].title)}
                <div class="tools">
                  ${
                    inspection && showsWeights(state)
                      ? html`${common(inspection, state, (change) => store.update(change))}
                        ${check('Table', state.table, (table) => store.update({ table }))}`
                      : nothing
                  }
                  ${this.#exporting.menu(state)}
                </div>
              </div>
              <section class="body" id="view" role="tabpanel" aria-labelledby="tab-${state.view}">
                ${inspection && state.view !== 'corpus' ? this.#aboutView(inspection, state) : nothing}
                <div class="view" ?inert=${state.busy}>${this.#view(state.view).element}</div>
                ${state.table && showsWeights(state) ? weightTable(this.#tableContent) : nothing}
              </section>
              ${keysHelp()}`
          : nothing
      }
    `;
  }

  /** What stands between a text and its views. */
  #aboutText(inspection: Inspection, state: State): TemplateResult {
    const { changed, learn } = this.#actions;
    return html`${changedStrip(inspection, state, inspection.given ? undefined : changed)}
    ${this.#twoModels?.strip(state) ?? nothing} ${learn ? lesson(state, learn) : nothing}`;
  }

  /** What stands above a view of a text: what can be chosen, and a sentence about what is seen. */
  #aboutView(inspection: Inspection, state: State): TemplateResult {
    const { store } = this.#context;
    const { form, compare, changed } = this.#actions;
    return html`${controls(inspection, state, store, form !== undefined)}
      <div class="says-row">
        ${says(state, this.#overview.found)}
        ${state.view === 'model' && compare ? compareForm(state, compare) : nothing}
        ${pin(state, this.#context.shown(state), (change) => store.update(change))}
      </div>
      ${changed && !inspection.given ? takeable(inspection, state, changed.toggle) : nothing}`;
  }

  /** The menus beside the text. */
  #tools(state: State): TemplateResult {
    return html`${this.#actions.texts?.() ?? nothing} ${this.#models?.menu(state) ?? nothing}`;
  }

  /** Loads what the sentence above a view is made of. */
  #loadOverview(of: Source | undefined): void {
    const loading = this.#overviews.run(
      () => of?.overview(),
      (found) => {
        this.#overview = { of, found };
        this.#draw(this.#context.store.state);
      },
    );
    void loading.then((how) => {
      if (how === 'failed') {
        this.#overview = { of: undefined }; // so that it is requested again
      }
    });
  }

  /** Loads the table's head: the only head shown, or the selected one. */
  #loadTable(state: State): void {
    this.#tableContent = undefined;
    if (!state.table || !showsWeights(state)) {
      return;
    }
    const { inspection, layer } = state;
    const attention = shownPhrase(state);
    const drawn = state.view === 'head' ? headsOf(inspection!).filter((one) => state.heads.has(one)) : [];
    const head = drawn.length === 0 || drawn.includes(state.head) ? state.head : drawn[0]!;
    const shown = this.#context.shown(state);
    void this.#tables.run(
      () => this.#context.source()?.head(layer, head),
      (exact) => {
        this.#tableContent = {
          attention,
          layer,
          head,
          weights: gathered(exact, shown),
          shown,
          heads: drawn,
          choose: (chosen) => this.#context.store.update({ head: chosen }),
        };
        this.#draw(this.#context.store.state);
      },
    );
  }

  #key(event: KeyboardEvent): void {
    const { store } = this.#context;
    const { state } = store;
    if (event.defaultPrevented || event.altKey) {
      return;
    }
    if (event.ctrlKey || event.metaKey) {
      const inText = (event.target as Element).closest?.(FIELDS);
      if (event.key.toLowerCase() === 'z' && !inText && this.#actions.changed) {
        this.#actions.changed[event.shiftKey ? 'redo' : 'undo']();
        event.preventDefault();
      }
      return;
    }
    if (event.key === 'Escape') {
      const opened = this.#root.querySelector<HTMLDetailsElement>('.menu[open], .keys[open]');
      if (opened) {
        opened.open = false;
      } else if (state.writing !== undefined) {
        this.#actions.writing?.stop();
      } else {
        store.update(
          state.view === 'corpus'
            ? { profile: undefined }
            : state.focus
              ? { focus: undefined }
              : { detail: false },
        );
      }
      return;
    }
    const target = event.target as Element;
    const inField = target.closest?.(FIELDS) ?? (event.key.startsWith('Arrow') && target.closest?.(WALKED));
    if (inField || !state.inspection) {
      return;
    }
    if (event.key === '/') {
      this.#root.querySelector('textarea')?.focus();
    } else if (event.key === '?') {
      const help = this.#root.querySelector<HTMLDetailsElement>('.keys')!;
      help.open = !help.open;
      help.scrollIntoView({ block: 'nearest' });
    } else {
      const change = moved(state, event.key);
      if (!change) {
        return;
      }
      store.update(change);
    }
    event.preventDefault();
  }
}

/** Draws the page into an element, and redraws what changes. */
export function start(root: HTMLElement, context: ViewContext, actions: AppActions): void {
  new App(root, context, actions);
}
