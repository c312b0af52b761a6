import * as api from './api.ts';
import type { Step } from './api.ts';
import { attentionOf, pairOf, type Inspection, type Without } from './inspection.ts';
import { MOST_WRITTEN } from './parts/writing.ts';
import type { Page } from './page.ts';
import type { SecondModel } from './secondModel.ts';
import { Refused, sentenceOf } from './source.ts';
import { attending, edited, opened, type Change, type State } from './state.ts';
import { Steps } from './steps.ts';

/** Has the model go on with the text that is shown, or with its target. */
export class WriteOn {
  readonly #page: Page;
  readonly #second: SecondModel;
  #stop = () => {};

  constructor(page: Page, second: SecondModel) {
    this.#page = page;
    this.#second = second;
  }

  /** Ends the writing; what is written stays. */
  stop(): void {
    this.#stop();
  }

  /**
   * Has the model go on with the text, or with its target; each token is pinned when it comes.
   *
   * @param first whether nothing was written before, so that there is nothing to come back to
   */
  start(first = false): void {
    const page = this.#page;
    const { store, requests } = page;
    void requests.run(async (signal) => {
      const { inspection, attention, layer } = store.state;
      const begun = inspection!;
      const steps = new Steps((step, before) => {
        if (before === undefined && !first) {
          page.undo.leave();
        }
        page.show(step.inspection, { change: following(step.inspection, before ?? begun, store.state) });
        store.update({ writing: step.inspection.tokens.length - begun.tokens.length });
        document.querySelector('.view .token.pinned')?.scrollIntoView({ block: 'nearest' });
      });
      const stop = new AbortController();
      this.#stop = () => stop.abort();
      signal.addEventListener('abort', this.#stop);
      stop.signal.addEventListener('abort', () => steps.end());
      const ahead = attention === 'encoder' ? attending(store.state, 'cross') : {}; // where what is written looks
      store.update({ ...ahead, focus: undefined, busy: false, writing: 0 });
      const ended = () => store.update({ busy: false, writing: undefined });
      let failure: unknown;
      try {
        await api.write(begun.id!, MOST_WRITTEN, (step) => steps.came(step), stop.signal);
      } catch (cause) {
        failure = stop.signal.aborted ? undefined : cause;
      }
      steps.end();
      try {
        if (signal.aborted) {
          ended();
          return () => {};
        }
        if (!steps.last) {
          if (failure === undefined && !stop.signal.aborted) {
            throw new Refused('The model ends the text here, and writes nothing more.');
          }
          if (failure !== undefined) {
            throw failure;
          }
          return ended;
        }
        const { inspection: written, whole } = await this.#asOrdinary(steps.last, signal);
        return () => {
          const { state } = store;
          const typed = edited(state) ? { text: state.text, pair: state.pair } : {};
          const change = following(written, steps.shown?.inspection ?? begun, state);
          const asBefore = first ? { attention, layer, focus: undefined } : {}; // the user asked for no more than the text
          page.show(written, { whole, change: { ...change, ...asBefore, writing: undefined } });
          store.update(typed);
          steps.close(written.id!);
          if (failure !== undefined) {
            store.update({ failure: sentenceOf(failure) });
          }
        };
      } catch (cause) {
        ended();
        throw cause;
      }
    });
  }

  /** The inspection of a text that was written as any other, and that of the whole if something is taken out. */
  async #asOrdinary(
    { inspection, asWritten }: Step,
    signal: AbortSignal,
  ): Promise<{ inspection: Inspection; whole: Inspection | undefined }> {
    const { text, cleaned: code = false, target, without } = inspection;
    const choice = {
      code,
      model: this.#second.named(inspection.model),
      written: target === 'written' ? inspection.pair : undefined,
    };
    const ask = (more: { without?: Without; whole?: number } = {}) =>
      api.inspect(text, pairOf(inspection), signal, { ...choice, ...more });
    const whole = without && (await ask());
    if (!asWritten) {
      return { inspection, whole };
    }
    return { inspection: without ? await ask({ without, whole: whole!.id! }) : await ask(), whole };
  }
}

/** What is shown of a text that was gone on with: what its last token looks at, unless the user pinned another one. */
function following(now: Inspection, before: Inspection, state: State): Change {
  const last = now.tokens.length - 1;
  const { focus } = state;
  const { queries } = attentionOf(now, state.attention);
  const other = focus?.pinned && focus.token !== before.tokens.length - 1;
  const change = opened(now, state);
  return other || last < queries.start || last >= queries.end
    ? change
    : { ...change, focus: { side: 'query', token: last, pinned: true } };
}
