import { html, nothing, type TemplateResult } from 'lit';
import { isHubName, matching, sizeText, type Fetching, type KnownModel, type ModelList } from '../models.ts';
import { sentenceOf } from '../source.ts';
import type { State } from '../state.ts';
import { closeOnEscape, closeWhenLeft } from './exportMenu.ts';
import { modelName } from './status.ts';

export interface ModelActions {
  readonly list: () => Promise<ModelList>;
  /** Reads the text, and later ones, with a model. */
  readonly choose: (model: string) => void;
  /** Shows what a model makes of the text beside what is shown. */
  readonly beside: (model: string) => void;
  /** Downloads a model of the hub. */
  readonly download: (
    model: string,
    tell: (fetching: Fetching) => void,
    signal: AbortSignal,
  ) => Promise<void>;
}

/** A download that is under way. */
interface Download {
  readonly model: string;
  readonly ended: AbortController;
  fetching?: Fetching;
}

/** The menu of models: those of this machine, and downloads of others. Nothing is asked of the network before *Download*. */
export class ModelMenu {
  readonly #actions: ModelActions;
  readonly #redraw: () => void;
  #list: ModelList | undefined;
  #filter = '';
  #failure: string | undefined;
  #download: Download | undefined;
  /** What the last download came to. */
  #ended: string | undefined;

  constructor(actions: ModelActions, redraw: () => void) {
    this.#actions = actions;
    this.#redraw = redraw;
  }

  async #load(): Promise<void> {
    try {
      this.#list = await this.#actions.list();
    } catch (cause) {
      this.#failure = sentenceOf(cause);
    }
    this.#redraw();
  }

  async #fetch(model: string): Promise<void> {
    const mine: Download = { model, ended: new AbortController() };
    this.#download = mine;
    this.#ended = undefined;
    this.#failure = undefined;
    this.#redraw();
    try {
      await this.#actions.download(
        model,
        (fetching) => {
          mine.fetching = fetching;
          this.#redraw();
        },
        mine.ended.signal,
      );
      this.#ended = `${model} is downloaded.`;
    } catch (cause) {
      if (mine.ended.signal.aborted) {
        this.#ended = `The download of ${model} was cancelled; downloading it again resumes it.`;
      } else {
        this.#failure = sentenceOf(cause);
      }
    }
    this.#download = undefined;
    await this.#load();
  }

  /** The menu. */
  menu(state: State): TemplateResult {
    const share = this.#download?.fetching;
    const percent = share && share.total > 0 ? ` · ${Math.floor((100 * share.done) / share.total)} %` : '';
    const opened = (event: Event) => {
      const menu = event.currentTarget as HTMLDetailsElement;
      if (menu.open) {
        this.#failure = undefined;
        void this.#load();
        menu.querySelector('input')?.focus();
      }
    };
    return html`<details
      class="menu models-menu"
      @toggle=${opened}
      @focusout=${closeWhenLeft}
      @keydown=${closeOnEscape}
    >
      <summary>Models${percent}</summary>
      <div class="models" role="group" aria-label="Models">
        ${this.#field()} ${this.#progress()}
        <div role="status" class="hint">${this.#ended ?? nothing}</div>
        ${this.#failure === undefined ? nothing : html`<p class="refused" role="alert">${this.#failure}</p>`}
        ${this.#list ? this.#rows(this.#list, state) : nothing}
      </div>
    </details>`;
  }

  #field(): TemplateResult {
    return html`<input
      type="text"
      class="models-filter"
      aria-label="Filter, or a name on the hub: organisation/name"
      placeholder="filter, or organisation/name"
      spellcheck="false"
      autocomplete="off"
      autocapitalize="off"
      .value=${this.#filter}
      @input=${(event: Event) => {
        this.#filter = (event.target as HTMLInputElement).value;
        this.#redraw();
      }}
    />`;
  }

  #progress(): TemplateResult | typeof nothing {
    const download = this.#download;
    if (!download) {
      return nothing;
    }
    const { model, fetching, ended } = download;
    return html`<div class="fetching">
      <span>Downloading ${model}</span>
      <button type="button" class="quiet" aria-label="Cancel the download" @click=${() => ended.abort()}>
        Cancel
      </button>
      <progress
        aria-label="Download of ${model}"
        max=${fetching?.total ?? 1}
        .value=${fetching?.done ?? 0}
      ></progress>
      <span class="hint">${fetching?.message ?? 'asking the hub how large it is…'}</span>
    </div>`;
  }

  #rows(list: ModelList, state: State): TemplateResult {
    const filter = this.#filter.trim();
    const found = matching(list.models, filter, modelName);
    const here = list.models.some(({ name, problem }) => name === filter && problem === undefined);
    const busy = this.#download !== undefined;
    return html`<ul>
        ${found.map((model) => this.#row(model, list, state))}
      </ul>
      ${
        isHubName(filter) && !here
          ? html`<button
              type="button"
              class="take"
              ?disabled=${busy}
              @click=${() => void this.#fetch(filter)}
            >
              Download ${filter} from the hub
            </button>`
          : found.length === 0
            ? html`<p class="hint">
                No model here has that name. Write organisation/name to download one from the hub.
              </p>`
            : nothing
      }
      ${
        list.chooses
          ? nothing
          : html`<p class="hint">The editor chooses its model; here, another one can stand beside it.</p>`
      }`;
  }

  #row(model: KnownModel, list: ModelList, { inspection, other }: State): TemplateResult {
    const { name, type, bytes, problem } = model;
    const shown = name === inspection?.model;
    const besides = name === other?.model;
    const act = (event: Event, what: (model: string) => void) => {
      (event.currentTarget as Element).closest('details')!.open = false;
      this.#filter = '';
      this.#ended = undefined;
      what(name);
    };
    const about = [type, sizeText(bytes), shown ? 'shown' : besides ? 'beside' : '']
      .filter(Boolean)
      .join(' · ');
    return html`<li class=${shown ? 'on' : ''}>
      <span class="known" title=${name}
        >${modelName(name)} <span class="kind">${problem === undefined ? about : problem}</span></span
      >
      ${
        problem !== undefined || !list.chooses
          ? nothing
          : html`<button
              type="button"
              class="quiet"
              aria-label="Use ${modelName(name)}"
              aria-current=${shown}
              ?disabled=${shown && name === list.model}
              @click=${(event: Event) => act(event, this.#actions.choose)}
            >
              Use
            </button>`
      }
      ${
        problem !== undefined || !inspection
          ? nothing
          : html`<button
              type="button"
              class="quiet"
              aria-label="Side by side with ${modelName(name)}"
              ?disabled=${shown || besides}
              @click=${(event: Event) => act(event, this.#actions.beside)}
            >
              Side by side
            </button>`
      }
    </li>`;
  }
}
