import { html, nothing } from 'lit';
import { fromHash } from './address.ts';
import * as api from './api.ts';
import { start } from './app.ts';
import { Arrivals } from './arrivals.ts';
import type { CorpusText } from './corpus.ts';
import { holdsAttention, takeDrops, textOf } from './files.ts';
import { attentionOf, pairOf, type Without } from './inspection.ts';
import { LESSON, lessonChange } from './learn.ts';
import { hasTwoModels } from './models.ts';
import { filled, type Words } from './named.ts';
import { Page, serverSources } from './page.ts';
import type { Pair } from './pairs.ts';
import { learnButton, type LearnActions } from './parts/learn.ts';
import { textsMenu } from './parts/texts.ts';
import { pointInEditor } from './pointing.ts';
import { diagramName } from './save.ts';
import { SecondModel } from './secondModel.ts';
import { SeenTexts, type Seen } from './session.ts';
import { shownMemory } from './shown.ts';
import { Refused, sentenceOf } from './source.ts';
import { opened, pinnedIn, START, Store, type Change, type HeadPlace } from './state.ts';
import './style.css';
import { followTheme } from './theme.ts';
import { toggled, type Part } from './without.ts';
import { WriteOn } from './writeOn.ts';

const store = new Store({ ...START, ...fromHash(location.hash).change });
const page = new Page(store);
const { requests, undo } = page;
const second = new SecondModel(page);
const writeOn = new WriteOn(page, second);
const shown = shownMemory();

/** Inspects a text or a pair; returns what shows it, under two models if the text before it was. */
async function visualized(text: string, pair: string | undefined, signal: AbortSignal): Promise<() => void> {
  const { inspection: before } = store.state;
  const both = hasTwoModels(store.state);
  const model = second.named(before?.model);
  const begun = await api.inspect(text, pair, signal, { model, written: both ? undefined : '' });
  const whole = begun.cuts.length === 0;
  // a target is written where people see it; of a text that is too long, by the server, which leaves room for it
  const inspection =
    both || whole || begun.target !== 'written' ? begun : await api.inspect(text, pair, signal, { model });
  if (both) {
    return second.alsoBy(second.named(store.state.other!.model), inspection, signal);
  }
  const shows = await page.begins(inspection);
  return () => {
    shows();
    if (whole && inspection.target === 'written') {
      writeOn.start(true);
    }
  };
}

function run(text: string, pair: string | undefined): void {
  store.update({ text, pair });
  void requests.run((signal) => visualized(text, pair, signal));
}

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
      page.showPart({ inspection: next, whole: without && whole });
    };
  });
}

/** Asks about a sentence of a set: why the right word, rather than the wrong one? */
function openPair({ text, right, wrong }: Pair): void {
  void requests.run(async (signal) => {
    const inspection = await api.inspect(text, undefined, signal);
    const about = new api.ServerReasons(inspection.id!);
    const [word, other] = await Promise.all([about.candidate(0, right), about.candidate(0, wrong)]);
    const asked = { set: false, place: 0, why: word.id, rather: other.id };
    return () => page.next(inspection, { change: { ...opened(inspection, store.state), ...asked } });
  });
}

/** Shows what a head does in a text of a corpus, by the model that read it. */
function openOfCorpus({ text }: CorpusText, model: string, { kind, layer, head }: HeadPlace): void {
  void requests.run(async (signal) => {
    const other = model === store.state.model?.model ? undefined : model;
    const inspection = await api.inspect(text, undefined, signal, { model: other });
    const chosen = { view: 'head', attention: kind, layer, head, heads: new Set([head]) } as const;
    return () => {
      second.stands(other);
      page.next(inspection, { change: { ...opened(inspection, store.state), ...chosen } });
    };
  });
}

/** Shows a text of this session again, with its pin. */
function openSeen({ inspection, pin }: Seen): void {
  void requests.run(async (signal) => {
    const found = await api
      .find(inspection.id!)
      .catch(() => api.inspect(inspection.text, pairOf(inspection), signal)); // the server has closed it
    return () => page.next(found, { change: { ...opened(found, store.state), focus: pin } });
  });
}

/** Shows the attention that a file holds, or visualizes its text. */
const openFile = (file: File) =>
  void requests.run(async (signal) =>
    holdsAttention(file)
      ? page.begins(await api.openFile(file, signal))
      : visualized(await textOf(file), undefined, signal),
  );

/** Compares the current text with another. */
function compare(text: string, pair: string | undefined): void {
  void requests.run(async (signal) => {
    const model = second.named(store.state.inspection?.model);
    const other = await api.inspect(text, pair, signal, { model });
    return () => {
      page.beside(other);
      store.update({ other, busy: false });
    };
  });
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
      const from = known ? page.sources! : serverSources(inspection.id!);
      const source = from(attentionOf(inspection, 'self').kind);
      const change = await lessonChange(step, inspection, source, new api.ServerReasons(inspection.id!));
      return () => {
        if (known) {
          store.update({ ...change, busy: false });
        } else {
          page.next(inspection, { from, change: { ...opened(inspection, store.state), ...change } });
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

const arrivals = new Arrivals(page, second, run);
const texts = new SeenTexts();
// before the page is drawn, whose menu lists them
store.listen(({ inspection, focus, writing }) => {
  if (inspection && writing === undefined) {
    texts.shown(inspection, pinnedIn({ focus }));
  }
});

arrivals.openAddress(); // before the page is drawn, so that the server answers meanwhile
start(
  document.getElementById('app')!,
  {
    store,
    source: () => page.source,
    other: { source: () => page.otherSource, difference: () => page.difference() },
    why: {
      reasons: () => page.reasons,
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
      choose: (model) => second.choose(model),
      beside: (model) => second.beside(model),
      download: api.downloadModel,
      words: ({ id }, place, words) => api.named(id!, place, words),
      swap: () => second.swap(),
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
          page.beside(whole);
          store.update({ other: whole, view: 'model' });
        }
      },
    },
  },
);
followTheme(store);
pointInEditor(store, shown);
takeDrops(openFile);
store.listen(({ inspection }) => {
  document.title = inspection ? `${inspection.text.slice(0, 60)} · Headlight` : 'Headlight';
});
arrivals.follow();
