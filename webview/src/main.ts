import { html, nothing } from 'lit';
import * as api from './api.ts';
import type { CorpusText } from './corpus.ts';
import { start } from './app.ts';
import {
  ATTENTION_KINDS,
  attentionOf,
  pairOf,
  type AttentionKind,
  type Inspection,
  type Without,
} from './inspection.ts';
import { Undo, type Shown } from './undo.ts';
import type { Pair } from './pairs.ts';
import { filled, type Words } from './named.ts';
import { addressed, fromHash, namesAHead, UNADDRESSED, writeAddress } from './address.ts';
import { followEditor } from './framed.ts';
import { beginning } from './overview.ts';
import { shownMemory } from './shown.ts';
import { diagramName } from './save.ts';
import {
  Refused,
  Remembered,
  sentenceOf,
  sourcesOf,
  type Difference,
  type Reasons,
  type Source,
} from './source.ts';
import { SeenTexts, type Seen } from './session.ts';
import {
  measureOf,
  MEASURES,
  opened,
  pinnedIn,
  START,
  Store,
  type Change,
  type HeadPlace,
  type Measure,
} from './state.ts';
import { holdsAttention, takeDrops, textOf } from './files.ts';
import { LESSON, lessonChange } from './learn.ts';
import { hasTwoModels } from './models.ts';
import { learnButton, type LearnActions } from './parts/learn.ts';
import { textsMenu } from './parts/texts.ts';
import { pointInEditor } from './pointing.ts';
import { Requests } from './requests.ts';
import { toggled, type Part } from './without.ts';
import { WriteOn } from './writeOn.ts';
import './style.css';
import { followTheme } from './theme.ts';

const store = new Store({ ...START, ...fromHash(location.hash).change });
type Sources = (kind: AttentionKind, measure?: Measure) => Source;
let sources: Sources | undefined;
let otherSources: Sources | undefined;
let reasons: Reasons | undefined;
let differences = new Remembered<Difference>(ATTENTION_KINDS.length * MEASURES.length);
/** The model that stands beside the server's current one, if a text is shown under both. */
let second: string | undefined;
const shown = shownMemory();
const requests = new Requests(store);

const serverSources = (id: number): Sources =>
  sourcesOf((kind, measure) => new api.ServerSource(id, kind, measure));

/** How an inspection is shown. */
interface Showing {
  /** Its numbers, if they are already at hand. */
  readonly from?: Sources;
  /** What it is compared with. */
  readonly other?: Inspection | undefined;
  /** The inspection of the whole, if something was taken out of this one. */
  readonly whole?: Inspection | undefined;
  /** The choices; by default the current ones, as far as they apply. */
  readonly change?: Change;
}

/** Shows an inspection. */
function show(
  inspection: Inspection,
  {
    from = serverSources(inspection.id!),
    other,
    whole,
    change = opened(inspection, store.state),
  }: Showing = {},
): void {
  sources = from;
  reasons = new api.ServerReasons(inspection.id!);
  beside(other);
  const learn = inspection.text === LESSON ? store.state.learn : undefined; // another text ends it
  store.update({ learn, ...change, text: inspection.text, pair: pairOf(inspection), other, whole });
  if (store.state.writing === undefined) {
    writeAddress(store.state, requests.following);
  }
}

/** Shows another inspection, in one step that can be undone. */
function next(inspection: Inspection, showing?: Showing): void {
  undo.leave();
  show(inspection, showing);
}

/** Gets the numbers of what is shown beside the inspection ready. */
function beside(other: Inspection | undefined): void {
  otherSources = other && serverSources(other.id!);
  differences = new Remembered<Difference>(ATTENTION_KINDS.length * MEASURES.length);
}

/** Starts an inspection at its clearest head, unless the address or the user has selected one. */
async function begun(inspection: Inspection, from: Sources, change: Change): Promise<Change> {
  if (namesAHead(change)) {
    return change;
  }
  const { kind } = attentionOf(inspection, change.attention ?? START.attention);
  const overview = await from(kind)
    .overview()
    .catch(() => undefined); // the view will report the error
  return overview ? { ...change, ...beginning(overview, inspection, kind) } : change;
}

/** The name of a model, if it must be named: it stands beside the current one. */
const asSecond = (model: string | undefined) => (model === second ? model : undefined);

/** Inspects a text or a pair; returns what shows it, under two models if the text before it was. */
async function visualized(text: string, pair: string | undefined, signal: AbortSignal): Promise<() => void> {
  const { inspection: before } = store.state;
  const both = hasTwoModels(store.state);
  const model = asSecond(before?.model);
  const begun = await api.inspect(text, pair, signal, { model, written: both ? undefined : '' });
  const whole = begun.cuts.length === 0;
  // a target is written where people see it; of a text that is too long, by the server, which leaves room for it
  const inspection =
    both || whole || begun.target !== 'written' ? begun : await api.inspect(text, pair, signal, { model });
  if (both) {
    return alsoBy(asSecond(store.state.other!.model), inspection, signal);
  }
  const shows = await begins(inspection);
  return () => {
    shows();
    if (whole && inspection.target === 'written') {
      writeOn.start(true);
    }
  };
}

/** What shows a text with the same text by another model beside it, the current one if that is undefined; or says why not. */
async function alsoBy(
  model: string | undefined,
  inspection: Inspection,
  signal: AbortSignal,
): Promise<() => void> {
  try {
    const other = await api.inspect(inspection.text, pairOf(inspection), signal, { model });
    return () => {
      second = model ?? second;
      next(inspection, { other });
    };
  } catch (cause) {
    return () => {
      next(inspection);
      store.update({ failure: sentenceOf(cause) });
    };
  }
}

/** What shows an inspection that the user asked for. */
async function begins(inspection: Inspection): Promise<() => void> {
  if (store.state.inspection) {
    return () => next(inspection);
  }
  const from = serverSources(inspection.id!);
  const { change } = fromHash(location.hash);
  const asked = await begun(inspection, from, change.view === 'corpus' ? {} : change); // it shows no text
  return () => show(inspection, { from, change: addressed(inspection, asked, store.state) });
}

function run(text: string, pair: string | undefined): void {
  store.update({ text, pair });
  void requests.run((signal) => visualized(text, pair, signal));
}

const undo = new Undo(
  store,
  (to) => {
    requests.abort();
    showShown(to);
  },
  () => requests.following || store.state.writing !== undefined,
);

const writeOn = new WriteOn({ store, requests, show, leave: () => undo.leave(), asSecond });

/** An edit of the text, which ends the writing. */
function edit(change: Pick<Change, 'text' | 'pair'>): void {
  if (store.state.writing !== undefined) {
    writeOn.stop();
  }
  store.update(change);
}

/** Shows the text without something; of the whole if that is undefined. */
function takeOut(without: Without | undefined): void {
  const { inspection, whole: known } = store.state;
  const whole = known ?? inspection!;
  void requests.run(async (signal) => {
    const { cleaned = false, text } = whole;
    const next = without
      ? await api.inspect(text, pairOf(whole), signal, { code: cleaned, without, whole: whole.id! })
      : whole;
    return () => {
      undo.leave();
      showShown({ inspection: next, whole: without && whole });
    };
  });
}

function showShown({ inspection, whole }: Pick<Shown, 'inspection' | 'whole'>): void {
  const { other, whole: before } = store.state;
  const compared = whole && other !== undefined && other.id === before?.id ? whole : undefined;
  show(inspection, { other: compared, whole });
}

/** Asks about a sentence of a set: why the right word, rather than the wrong one? */
function openPair({ text, right, wrong }: Pair): void {
  void requests.run(async (signal) => {
    const inspection = await api.inspect(text, undefined, signal);
    const about = new api.ServerReasons(inspection.id!);
    const [word, other] = await Promise.all([about.candidate(0, right), about.candidate(0, wrong)]);
    const asked = { set: false, place: 0, why: word.id, rather: other.id };
    return () => next(inspection, { change: { ...opened(inspection, store.state), ...asked } });
  });
}

/** Shows what a head does in a text of a corpus, by the model that read it. */
function openOfCorpus({ text }: CorpusText, model: string, { kind, layer, head }: HeadPlace): void {
  void requests.run(async (signal) => {
    const other = model === store.state.model?.model ? undefined : model;
    const inspection = await api.inspect(text, undefined, signal, { model: other });
    const chosen = { view: 'head', attention: kind, layer, head, heads: new Set([head]) } as const;
    return () => {
      second = other ?? second;
      next(inspection, { change: { ...opened(inspection, store.state), ...chosen } });
    };
  });
}

/** Shows a text of this session again, with its pin. */
function openSeen({ inspection, pin }: Seen): void {
  void requests.run(async (signal) => {
    const found = await api
      .find(inspection.id!)
      .catch(() => api.inspect(inspection.text, pairOf(inspection), signal)); // the server has closed it
    return () => next(found, { change: { ...opened(found, store.state), focus: pin } });
  });
}

/** Shows the attention that a file holds, or visualizes its text. */
const openFile = (file: File) =>
  void requests.run(async (signal) =>
    holdsAttention(file)
      ? begins(await api.openFile(file, signal))
      : visualized(await textOf(file), undefined, signal),
  );

/** Compares the current text with another. */
function compare(text: string, pair: string | undefined): void {
  void requests.run(async (signal) => {
    const model = asSecond(store.state.inspection?.model);
    const other = await api.inspect(text, pair, signal, { model });
    return () => {
      beside(other);
      store.update({ other, busy: false });
    };
  });
}

/** Reads the text, and later ones, with a model of this machine. */
function chooseModel(model: string): void {
  void requests.run(async (signal) => {
    const { other, text, pair } = store.state;
    const besides = hasTwoModels(store.state) && other!.model !== model ? other!.model : undefined;
    await api.chooseModel(model, signal);
    if (text.trim() === '') {
      return () => store.update({ busy: false });
    }
    const read = await api.inspect(text, pair, signal);
    const show = await (besides === undefined ? begins(read) : alsoBy(besides, read, signal));
    return () => {
      second = undefined;
      show();
    };
  });
}

/** Shows what a model makes of the text beside what is shown. */
function besideModel(model: string): void {
  void requests.run(async (signal) => {
    const { inspection, model: current } = store.state;
    const { text, cleaned: code = false, given, model: shownBy } = inspection!;
    // of two models beside the current one, the one that is shown gives way
    const stays = given || shownBy === current?.model || (shownBy === second && model === current?.model);
    const shown = stays ? inspection! : await api.inspect(text, pairOf(inspection!), signal, { code });
    const other = await api.inspect(text, pairOf(inspection!), signal, { code, model });
    return () => {
      if (model !== current?.model) {
        second = model;
      }
      const change = { ...(stays ? {} : opened(shown, store.state)), view: 'model' } as const;
      if (stays) {
        beside(other);
        store.update({ ...change, other, busy: false });
      } else {
        next(shown, { other, change });
      }
    };
  });
}

/** Shows the model beside in all views, and the one that was shown beside it. */
function swapModels(): void {
  const { inspection, other } = store.state;
  next(other!, { other: inspection });
}

/** Inserts words into their blanks here, and in the document if an editor has it open. */
function take(words: Words): void {
  const { inspection } = store.state;
  if (!inspection) {
    return;
  }
  if (inspection.linked) {
    api.accept(inspection.id!, words).catch((cause: unknown) => store.update({ failure: sentenceOf(cause) }));
  }
  const pair = pairOf(inspection);
  run(filled(inspection.text, 0, inspection, words), pair && filled(pair, 1, inspection, words));
}

/** The lesson, which shows its own sentence. */
const learn: LearnActions = {
  go: (step) => {
    if (step === undefined) {
      store.update({ learn: undefined });
      return;
    }
    const { inspection: now } = store.state;
    void requests.run(async (signal) => {
      const known =
        now?.model === 'embedded' && now.text === LESSON && pairOf(now) === undefined && !now.without;
      const inspection = known ? now : await api.inspect(LESSON, undefined, signal);
      const from = known ? sources! : serverSources(inspection.id!);
      const source = from(attentionOf(inspection, 'self').kind);
      const change = await lessonChange(step, inspection, source, new api.ServerReasons(inspection.id!));
      return () => {
        if (known) {
          store.update({ ...change, busy: false });
        } else {
          next(inspection, { from, change: { ...opened(inspection, store.state), ...change } });
        }
      };
    });
  },
};

/** Takes a part out, or puts it back; puts all back if that is undefined. */
function toggle(part: Part | undefined): void {
  const { inspection } = store.state;
  takeOut(part && toggled(inspection!.without, part, inspection!));
}

const texts = new SeenTexts();
// before the page is drawn, whose menu lists them
store.listen(({ inspection, focus, writing }) => {
  if (inspection && writing === undefined) {
    texts.shown(inspection, pinnedIn({ focus }));
  }
});

openFromAddress(); // before the page is drawn, so that the server answers meanwhile
start(
  document.getElementById('app')!,
  {
    store,
    source: () => sources?.(store.state.attention, measureOf(store.state)),
    other: {
      source: () => {
        const { other, attention } = store.state;
        return other && otherSources?.(attentionOf(other, attention).kind, measureOf(store.state));
      },
      difference: () => {
        const { inspection, attention, other } = store.state;
        const [own, beside] = [inspection!.id!, other!.id!];
        const measure = measureOf(store.state);
        return differences.get(`${own} ${attention} ${measure} ${beside}`, () =>
          api.difference(own, attention, measure, beside),
        );
      },
    },
    why: {
      reasons: () => reasons,
      takeOut,
      light: (effects) => {
        const { inspection } = store.state;
        if (inspection?.linked) {
          api.point(inspection.id!, { effects });
        }
      },
      sets: { examples: api.exampleSets, measure: api.measureSet, open: openPair },
    },
    corpus: {
      load: () =>
        import('./views/corpus/corpus.ts').then(
          ({ corpus }) => corpus,
          () => {
            throw new Refused(api.GONE);
          },
        ),
      corpora: api.corpora,
      open: openOfCorpus,
    },
    diagramUrl: (layer, head) =>
      api.exportUrl(store.state.inspection!.id!, diagramName(store.state.attention, layer, head, 'png'), {}),
    shown,
  },
  {
    form: { run, edit, setPair: (pair) => edit({ pair }) },
    texts: () =>
      html`${textsMenu(texts.all, store.state.inspection?.id, { open: openSeen, read: openFile })}
      ${store.state.model?.model === 'embedded' ? learnButton(learn) : nothing}`,
    learn,
    take,
    writing: { start: () => writeOn.start(), stop: () => writeOn.stop() },
    named: {
      words: ({ id }, place, words) => api.named(id!, place, words),
      together: ({ id }) => api.together(id!),
    },
    models: {
      list: api.models,
      choose: chooseModel,
      beside: besideModel,
      download: api.downloadModel,
      words: ({ id }, place, words) => api.named(id!, place, words),
      swap: swapModels,
      stop: () => store.update({ other: undefined }),
    },
    compare: { run: compare, stop: () => store.update({ other: undefined }) },
    changed: {
      toggle,
      undo: () => undo.go(false),
      redo: () => undo.go(true),
      compare: () => {
        const { whole } = store.state;
        if (whole) {
          beside(whole);
          store.update({ other: whole, view: 'model' });
        }
      },
    },
  },
);
followTheme(store);
pointInEditor(store, shown);
takeDrops(openFile);
store.listen((state) => {
  if (!requests.following && state.writing === undefined) {
    writeAddress(state);
  }
});
/** Models that are shown and are not the current one. */
let besides = '';
store.listen(({ inspection, other, model }) => {
  if (second !== undefined && second !== inspection?.model && second !== other?.model) {
    second = undefined;
  }
  if (model) {
    const shown = [inspection, other].filter((one) => one && !one.given && one.model !== model.model);
    const now = shown.map((one) => one!.model).join('\n');
    if (besides !== '' && now === '') {
      api.closeSecondModel();
    }
    besides = now;
  }
});
store.listen(({ inspection }) => {
  document.title = inspection ? `${inspection.text.slice(0, 60)} · Headlight` : 'Headlight';
});
api.listen({
  model: (model) => store.update({ model }),
  connected: (connected) => {
    if (connected && !store.state.connected) {
      void again();
    }
    store.update({ connected });
  },
  cursor: ({ inspection, token }) => {
    const { state } = store;
    // an editor knows the text by the inspection of the whole
    if (inspection === (state.whole ?? state.inspection)?.id && !state.focus?.pinned) {
      store.update({ focus: token === undefined ? undefined : { side: 'query', token, pinned: false } });
    }
  },
});

/** A server that was restarted under the same address doesn't know the text: it is inspected again. */
async function again(): Promise<void> {
  const { inspection } = store.state;
  if (inspection) {
    const known = await api.find(inspection.id!).catch(() => undefined);
    if (known?.text === inspection.text && known.model === inspection.model) {
      return;
    }
    if (inspection.given) {
      store.update({ failure: 'The server was restarted and no longer has this file: open it again.' });
    } else {
      run(inspection.text, pairOf(inspection));
    }
  }
}

/** Shows what the address requests; nothing changes until it has loaded. */
function openFromAddress(): void {
  const { inspection, other, whole, change } = fromHash(location.hash);
  const { inspection: now, other: compared } = store.state;
  const sameOther = inspection === undefined || other === compared?.id;
  if (now && (inspection === undefined || inspection === now.id) && sameOther) {
    const follow = (asked: Change) => {
      requests.following = true;
      store.update({ ...addressed(now, asked, store.state), busy: false });
      writeAddress(store.state, true);
      requests.following = false;
    };
    if (namesAHead(change)) {
      requests.abort();
      follow(change);
    } else {
      void requests.run(async () => {
        const asked = await begun(now, sources!, change);
        return () => follow(asked);
      }, true);
    }
  } else if (inspection === undefined) {
    store.update({ ...UNADDRESSED, ...change }); // what needs no text
  } else {
    void requests.run(async () => {
      const found = await api.find(inspection);
      const compared = other === undefined ? undefined : await api.find(other).catch(() => undefined);
      const of =
        whole === undefined || !found.without ? undefined : await api.find(whole).catch(() => undefined);
      const from = serverSources(inspection);
      const asked = await begun(found, from, change);
      return () => {
        if (compared && compared.model !== found.model) {
          second = [compared.model, found.model].find((model) => model !== store.state.model?.model);
        }
        show(found, { from, other: compared, whole: of, change: addressed(found, asked, store.state) });
      };
    }, true);
  }
}

followEditor(store, (inspection, choices) => {
  void requests.run(async () => {
    const found = await api.find(inspection);
    // what the editor doesn't name stays as it is
    return () => show(found, { change: { ...choices, ...opened(found, { ...store.state, ...choices }) } });
  });
});
window.addEventListener('hashchange', openFromAddress);
