import { html, nothing, render, type TemplateResult } from 'lit';
import { headRgb, type Rgb } from '../../colors.ts';
import {
  bothOf,
  chosenOf,
  corpusOf,
  differenceText,
  signedText,
  clearestOf,
  isAt,
  isSameShape,
  numberText,
  percent,
  profileDistance,
  quantityDifference,
  shownBy,
  type Both,
  type Corpus,
  type CorpusHead,
} from '../../corpus.ts';
import { isolated } from '../../direction.ts';
import { differencePixels, profilePixels } from '../../marks/profile.ts';
import type { Picture, Theme } from '../../marks/surface.ts';
import { modelName } from '../../parts/status.ts';
import { signedRamp } from '../../ramps.ts';
import { sentenceOf } from '../../source.ts';
import type { State } from '../../state.ts';
import { whenResized } from '../shared/canvas.ts';
import { fit } from '../shared/fit.ts';
import { Roving } from '../shared/roving.ts';
import { drawSheet } from '../shared/sheet.ts';
import { anyOf, settled, type View, type ViewContext, type ViewKind } from '../shared/view.ts';
import { corpusControls } from './corpusControls.ts';
import { corpusPicture } from './corpusPicture.ts';
import { cells, nameOf, saysOf, type Said } from './grid.ts';
import { HeadPanel, type Opened } from './headPanel.ts';

/** The parts of the state that it shows. */
const SHOWN = ['view', 'profile', 'by', 'largest', 'share', 'theme', 'connected'] as const;

/** The height of the bar below each square. */
const ERROR_BAR = 7;

/** The colours of more and of less. */
const MORE_TO_LESS = (dark: boolean) => [0.08, 0.92].map((at) => signedRamp(dark)(at)) as [Rgb, Rgb];

/**
 * The Corpus view: what every head does over many texts. Each head's mean attention by distance, what it shows and how
 * surely; of two corpora, both and their difference; and of a chosen head, its numbers and the texts that show them most.
 */
class CorpusView implements View {
  readonly element = document.createElement('section');
  readonly #context: ViewContext;
  readonly #page = document.createElement('div');
  readonly #detail = document.createElement('aside');
  readonly #readout = document.createElement('output');
  readonly #panel: HeadPanel;
  readonly #roving: Roving;
  #corpora: readonly Corpus[] | undefined;
  #asking = false;
  #failure: string | undefined;
  #state!: State;

  constructor(context: ViewContext) {
    this.#context = context;
    const { store } = context;
    this.#panel = new HeadPanel({
      by: (by) => store.update({ by: store.state.by === by ? undefined : by }),
      open: context.corpus!.open,
      close: () => store.update({ profile: undefined }),
    });
    this.element.className = 'model-view corpus-view';
    this.#page.className = 'corpus-page';
    this.#detail.className = 'detail';
    this.#detail.setAttribute('aria-label', 'The chosen head');
    this.#readout.className = 'readout';
    this.#detail.append(this.#panel.element);
    this.element.append(this.#page, this.#detail, this.#readout);
    this.#roving = new Roving(this.#page, '.cell');
    this.#page.addEventListener('pointerleave', () => this.#tell(undefined));
    whenResized(this.#page, () => this.#drawSheets());
  }

  show(state: State, changed: ReadonlySet<keyof State>): void {
    this.#state = state;
    if (!this.#corpora) {
      this.#ask();
    }
    if (anyOf(changed, ...SHOWN)) {
      this.#draw();
    }
  }

  #ask(): void {
    if (this.#asking) {
      return;
    }
    this.#asking = true;
    this.#failure = undefined;
    this.#context
      .corpus!.corpora()
      .then(
        (files) => {
          this.#corpora = named(files.map(corpusOf));
        },
        (cause: unknown) => {
          this.#failure = sentenceOf(cause);
        },
      )
      .finally(() => {
        this.#asking = false;
        this.#draw();
      });
  }

  #draw(): void {
    if (!this.element.isConnected && !this.#corpora) {
      return;
    }
    render(this.#content(), this.#page);
    const opened = this.#opened();
    this.element.classList.toggle('with-detail', opened !== undefined);
    this.element.classList.toggle('compared', this.#second() !== undefined);
    this.#detail.hidden = opened === undefined;
    this.#panel.show(opened, this.#state.by, this.#state.dark);
    this.#tell(undefined);
    this.#drawSheets();
  }

  #first = () => this.#corpora?.[0];
  #second = () => this.#corpora?.[1];

  /** Two corpora whose heads can be compared one by one. */
  #compared(): readonly [Corpus, Corpus] | undefined {
    const [first, second] = this.#corpora ?? [];
    return first && second && isSameShape(first, second) ? [first, second] : undefined;
  }

  /** The head that is opened, if there is one. */
  #opened(): Opened | undefined {
    const { profile } = this.#state;
    const compared = this.#compared();
    const of = profile?.second && !compared ? this.#second() : this.#first();
    const find = (corpus: Corpus) => corpus.all.find((head) => isAt(head, profile));
    const head = of && find(of);
    if (!of || !head) {
      return undefined;
    }
    return compared
      ? { corpus: of, head, other: { corpus: compared[1], head: find(compared[1])! } }
      : { corpus: of, head };
  }

  #content(): TemplateResult {
    const [first, second] = this.#corpora ?? [];
    if (this.#failure !== undefined) {
      return html`<p class="notice failed" role="alert">${this.#failure}</p>`;
    }
    if (!this.#corpora) {
      return html`<p class="notice busy" role="status">Reading the corpus…</p>`;
    }
    if (!first) {
      return html`<p class="notice">
        What does a head do over a thousand sentences? Run
        <code>headlight corpus FOLDER --out OUT</code> on texts of yours, and then
        <code>headlight web --corpus OUT</code>.
      </p>`;
    }
    return html`
      <div class="about-corpora">${this.#corpora.map((corpus, i) => this.#about(corpus, i))}</div>
      ${corpusControls(this.#corpora, this.#compared() !== undefined, this.#state, this.#context.store)}
      <p class="hint legend-line">
        Each square is a head: how much it looks at the tokens before, at the token itself (grey line) and at
        those after, up to 16 away, on average over the texts. The bar below is ${this.#barText(first)}, with
        its standard
        error.${
          this.#compared()
            ? ` In the difference, orange above the line is more in ${isolated(first.name)}, blue below it more in ${isolated(second!.name)}.`
            : ''
        }
      </p>
      <div class="grids">${this.#grids(first, second)}</div>
    `;
  }

  /** What the bars are. */
  #barText({ quantities }: Corpus): string {
    const { by } = this.#state;
    const quantity = quantities.find(({ id }) => id === by);
    return quantity ? `the mean of “${quantity.name}”` : 'the mean of what it shows most clearly';
  }

  /** What a corpus is, and what was found in it. */
  #about(corpus: Corpus, index: number): TemplateResult {
    const count = (number: number) => number.toLocaleString('en');
    const shows = corpus.all.filter((head) => clearestOf(corpus, head)).length;
    const hashes = Object.entries(corpus.sha256).map(([name, hash]) => `${name}: SHA-256 ${hash}`);
    const title = [corpus.model, ...(corpus.revision ? [`revision ${corpus.revision}`] : []), ...hashes];
    return html`<p>
      <b dir="auto">${corpus.name}</b>
      <span class="hint">
        ${count(corpus.texts)} ${corpus.texts === 1 ? 'text' : 'texts'}, ${count(corpus.tokens)} tokens, read
        by
        <abbr class="term" title=${title.join('\n')}>${modelName(corpus.model)}</abbr>. ${shows} of
        ${corpus.all.length} heads show a pattern or a
        relation.${
          index === 0 && this.#second() && !this.#compared()
            ? ' The models differ in shape, so their heads are not compared one by one.'
            : ''
        }</span
      >
    </p>`;
  }

  #grids(first: Corpus, second: Corpus | undefined): TemplateResult {
    const compared = this.#compared();
    const { by } = this.#state;
    if (compared) {
      const both = bothOf(first, second!, this.#state);
      const there = new Map(both.map(({ here, there: other }) => [here, other]));
      const heads = both.map(({ here }) => here);
      return html`${this.#grid('this', first, heads, false, (head) => saysOf(first, head, by))}
      ${this.#grid('other', second!, heads, false, (head) => saysOf(second!, there.get(head)!, by))}
      ${this.#grid('difference', first, heads, false, (here) => this.#saysDifference({ here, there: there.get(here)! }))}`;
    }
    const own = (name: string, corpus: Corpus, isSecond: boolean) =>
      this.#grid(name, corpus, chosenOf(corpus, this.#state), isSecond, (head) => saysOf(corpus, head, by));
    return html`${own('this', first, false)} ${second ? own('other', second, true) : nothing}`;
  }

  #grid(
    name: 'this' | 'other' | 'difference' | string,
    corpus: Corpus,
    heads: readonly CorpusHead[],
    second: boolean,
    says: (head: CorpusHead) => Said,
  ): TemplateResult {
    const { largest, profile } = this.#state;
    const title = name === 'difference' ? 'Difference' : corpus.name;
    return html`<div class=${name}>
      ${this.#second() ? html`<h2 title=${title} dir="auto">${title}</h2>` : nothing}
      ${
        heads.length === 0
          ? html`<p class="hint">No head shows it in so many texts.</p>`
          : cells(
              `Heads of ${title}`,
              corpus,
              heads,
              largest,
              says,
              (head) => profile?.second === second && isAt(head, profile),
              {
                open: (head) => this.#open(head, second),
                enter: (head) => this.#tell(says(head).sentence),
              },
            )
      }
    </div>`;
  }

  /** Opens a head, or closes it; brings it into view where it stands below the grids. */
  #open({ kind, layer, head }: CorpusHead, second: boolean): void {
    const { profile } = this.#state;
    const isOpen = profile?.second === second && isAt({ kind, layer, head }, profile);
    this.#context.store.update({ profile: isOpen ? undefined : { second, kind, layer, head } });
    this.#panel.element.querySelector('figure')?.scrollIntoView({ block: 'nearest' });
  }

  /** How a head differs in two corpora, in the quantity that is asked for or in its profile. */
  #saysDifference(both: Both): Said {
    const [first, second] = this.#compared()!;
    const { by } = this.#state;
    const name = nameOf(first, both.here);
    if (by === undefined) {
      const distance = profileDistance(both);
      return {
        name: '',
        text: numberText(distance),
        sentence: `${name}: ${percent(distance)} of its profiles don’t overlap`,
      };
    }
    const difference = quantityDifference(both, by);
    const quantity = shownBy(first, both.here, by)?.quantity ?? shownBy(second, both.there, by)?.quantity;
    return difference && quantity
      ? {
          name: '',
          text: signedText(difference.mean),
          sentence: `${name}: ${quantity.name} ${differenceText(difference)} in ${isolated(first.name)}`,
        }
      : { name: '', sentence: `${name}: not measured in both` };
  }

  #tell(sentence: string | undefined): void {
    this.#readout.textContent = sentence ?? '';
  }

  /** The squares, on a canvas below all of a grid. */
  #drawSheets(): void {
    const [first, second] = this.#corpora ?? [];
    const grids = [...this.#page.querySelectorAll<HTMLElement>('.cells')];
    if (!first || !this.element.isConnected) {
      return;
    }
    this.#fit(grids);
    const compared = this.#compared();
    const both = compared && bothOf(first, second!, this.#state);
    const most = Math.max(0.1, ...(both ?? []).flatMap((pair) => changesOf(pair).map(Math.abs)));
    const { dark } = this.#state;
    for (const grid of grids) {
      const name = grid.parentElement!.className;
      const corpus = name === 'other' ? second! : first;
      const heads = both
        ? both.map(({ here, there }) => (name === 'other' ? there : here))
        : chosenOf(corpus, this.#state);
      drawSheet(grid, (index, side) =>
        name === 'difference'
          ? differencePixels(changesOf(both![index]!), most, MORE_TO_LESS(dark), side)
          : profilePixels(
              heads[index]!.profile.map(({ mean }) => mean),
              headRgb(heads[index]!.head, corpus.heads, dark),
              side,
            ),
      );
      const { profile } = this.#state;
      const place = profile && `${profile.kind} ${profile.layer} ${profile.head}`;
      this.#roving.settle(grid, (cell) => cell.dataset['place'] === place);
    }
    settled(this.element, this.#second() ? 'corpora' : 'corpus');
  }

  /** Makes the squares so small that all heads are seen at once. */
  #fit(grids: readonly HTMLElement[]): void {
    const [grid] = grids;
    if (!grid) {
      return;
    }
    const most = (selector: string) => Math.max(...grids.map((one) => one.querySelectorAll(selector).length));
    const [rows, columns] = [most('.row-name'), most('.column-name')];
    if (rows === 0) {
      this.element.classList.remove('bare');
      return; // sorted heads take the room that they need
    }
    const top = grid.getBoundingClientRect().top + window.scrollY;
    const name = this.#second() || window.innerWidth <= 480 ? 22 : 60;
    const { side, captions } = fit(
      rows,
      columns,
      grid.parentElement!.clientWidth,
      window.innerHeight - top - rows * ERROR_BAR,
      name,
    );
    this.#page.style.setProperty('--side', `${side}px`);
    this.element.classList.toggle('bare', !captions);
  }

  picture(theme: Theme): Picture | undefined {
    const [first, second] = this.#corpora ?? [];
    return first && corpusPicture(first, second, this.#opened(), this.#state, theme);
  }
}

/** Two corpora of one name are told apart by their models, or by which was named first. */
function named(corpora: readonly Corpus[]): readonly Corpus[] {
  const [first, second] = corpora;
  return first?.name !== second?.name
    ? corpora
    : corpora.map((corpus, i) => ({
        ...corpus,
        name: `${corpus.name} · ${first!.model === second!.model ? i + 1 : modelName(corpus.model)}`,
      }));
}

/** Changes of a profile from one corpus to another. */
const changesOf = ({ here, there }: Both) => here.profile.map(({ mean }, i) => mean - there.profile[i]!.mean);

export const corpus: ViewKind = {
  id: 'corpus',
  title: 'Corpus',
  create: (context) => new CorpusView(context),
};
