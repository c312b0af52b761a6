import { html, nothing, type TemplateResult } from 'lit';
import type { Inspection } from '../inspection.ts';
import { bothBlanks, bothWords, hasTwoModels, type BothBlank } from '../models.ts';
import type { NamedWord } from '../named.ts';
import type { State } from '../state.ts';
import { chance } from '../why.ts';
import { modelName } from './status.ts';

export interface TwoModelsActions {
  readonly words: (inspection: Inspection, place: number, words: string[]) => Promise<readonly NamedWord[]>;
  /** Shows the other model in all views. */
  readonly swap: () => void;
  readonly stop: () => void;
}

/** Probabilities of words in a blank; null where the model can't say. */
type Chances = ReadonlyMap<string, number | null>;

/** What two models make of one text: their names, and the words of both for each blank. */
export class TwoModels {
  readonly #actions: TwoModelsActions;
  readonly #redraw: () => void;
  /** What was asked of an inspection, by blank and words. */
  readonly #asked = new WeakMap<Inspection, Map<string, Chances | undefined>>();

  constructor(actions: TwoModelsActions, redraw: () => void) {
    this.#actions = actions;
    this.#redraw = redraw;
  }

  strip(state: State): TemplateResult | typeof nothing {
    if (!hasTwoModels(state)) {
      return nothing;
    }
    const { inspection, other } = state as { inspection: Inspection; other: Inspection };
    const rows = bothBlanks(inspection, other);
    return html`<section class="two-models" aria-label="Two models">
      <span class="label">Models</span>
      <span
        ><b title=${inspection.model}>${modelName(inspection.model)}</b> beside
        <b title=${other.model}>${modelName(other.model)}</b></span
      >
      <span class="hint">All views show the first; the Model view shows both.</span>
      <span class="changed-actions">
        <button type="button" class="quiet" ?disabled=${state.busy} @click=${this.#actions.swap}>Swap</button>
        <button type="button" class="quiet" ?disabled=${state.busy} @click=${this.#actions.stop}>
          Show one
        </button>
      </span>
      ${rows.length === 0 ? nothing : this.#words(inspection, other, rows)}
    </section>`;
  }

  #words(here: Inspection, there: Inspection, rows: readonly BothBlank[]): TemplateResult {
    return html`<div class="both-words">
      ${rows.map((row) => {
        const one = row.here === undefined ? undefined : here.blanks[row.here];
        const other = row.there === undefined ? undefined : there.blanks[row.there];
        const words = bothWords(one, other);
        const left = this.#chances(here, row.here, words);
        const right = this.#chances(there, row.there, words);
        return html`<table aria-label="Words of both models">
          <thead>
            <tr>
              <th scope="col">${placeName(row, here, there, rows.length)}</th>
              <th scope="col" title=${here.model}>${modelName(here.model)}</th>
              <th scope="col" title=${there.model}>${modelName(there.model)}</th>
            </tr>
          </thead>
          <tbody>
            ${words.map(
              (word) =>
                html`<tr>
                  <th scope="row" dir="auto">${word}</th>
                  <td>${chanceOf(left, word)}</td>
                  <td>${chanceOf(right, word)}</td>
                </tr>`,
            )}
          </tbody>
        </table>`;
      })}
    </div>`;
  }

  /** How probable words are in a blank; undefined until they are known. */
  #chances(inspection: Inspection, place: number | undefined, words: readonly string[]): Chances | undefined {
    if (place === undefined) {
      return new Map();
    }
    const known = new Map<string, number | null>(
      inspection.blanks[place]!.predictions.map(({ word, probability }) => [word.trim(), probability]),
    );
    const missing = words.filter((word) => !known.has(word));
    if (missing.length === 0 || inspection.without || inspection.given) {
      return known; // the server asks the whole model only
    }
    const asked = this.#asked.get(inspection) ?? new Map<string, Chances | undefined>();
    this.#asked.set(inspection, asked);
    const key = JSON.stringify([place, missing]);
    if (!asked.has(key)) {
      asked.set(key, undefined);
      void this.#ask(inspection, place, missing).then((found) => {
        asked.set(key, found);
        this.#redraw();
      });
    }
    const found = asked.get(key);
    return found && new Map([...known, ...found]);
  }

  /** Each word by itself, as a model may not be able to write one of them. */
  async #ask(inspection: Inspection, place: number, words: readonly string[]): Promise<Chances> {
    const found = await Promise.all(
      words.map(async (word): Promise<[string, number | null]> => {
        try {
          const [named] = await this.#actions.words(inspection, place, [word]);
          return [word, named?.probability ?? null];
        } catch {
          return [word, null];
        }
      }),
    );
    return new Map(found);
  }
}

const chanceOf = (chances: Chances | undefined, word: string) => {
  const p = chances === undefined ? undefined : (chances.get(word) ?? null);
  return p === undefined ? '…' : p === null ? '–' : chance(p);
};

/** What a table is about: a blank, or what follows for a model that reads from left to right. */
function placeName({ here, there }: BothBlank, one: Inspection, other: Inspection, of: number): string {
  const [number, inspection] = here === undefined ? [there!, other] : [here, one];
  const name = inspection.causal
    ? 'Next'
    : inspection.blanks.length > 1 || of > 1
      ? `Blank ${number + 1}`
      : 'Blank';
  return here !== undefined && there !== undefined
    ? name
    : `${name}, of ${modelName(inspection.model)} alone`;
}
