import * as api from './api.ts';
import type { Step } from './api.ts';

/** How long a step is waited for that isn't drawn yet, in milliseconds. */
const PATIENCE = 500;

/** Whoever shows a step may still be waiting for some of its numbers, in milliseconds. */
const STILL_ASKED = 5000;

const close = (id: number) => void setTimeout(() => api.close(id), STILL_ASKED);

/** Whether a view is drawn, as it says itself. */
const drawn = () => document.querySelector('.view [data-drawn]') !== null;

/** What a model writes, shown as it comes: each step once the one before is drawn, or a later one in its place. */
export class Steps {
  /** The last step that came. */
  last: Step | undefined;
  readonly #show: (step: Step, before: Step['inspection'] | undefined) => void;
  #shown: Step | undefined;
  #shownAt = 0;
  #ended = false;
  #frame = 0;

  /** @param show shows a step, after the one that is shown */
  constructor(show: (step: Step, before: Step['inspection'] | undefined) => void) {
    this.#show = show;
  }

  /** The step that is shown. */
  get shown(): Step | undefined {
    return this.#shown;
  }

  came(step: Step): void {
    if (this.#ended) {
      close(step.inspection.id!);
      return;
    }
    if (this.last !== this.#shown) {
      close(this.last!.inspection.id!); // it is not shown
    }
    this.last = step;
    if (this.#frame === 0) {
      this.#next();
    }
  }

  /** Shows no more of them. */
  end(): void {
    this.#ended = true;
    cancelAnimationFrame(this.#frame);
  }

  /** Closes what is no longer shown, because another inspection is. */
  close(other: number): void {
    for (const step of new Set([this.#shown, this.last])) {
      if (step && step.inspection.id !== other) {
        close(step.inspection.id!);
      }
    }
  }

  #next(): void {
    this.#frame = requestAnimationFrame((now) => {
      this.#frame = 0;
      if (!drawn() && now - this.#shownAt < PATIENCE) {
        this.#next();
        return;
      }
      const before = this.#shown;
      this.#shown = this.last!;
      this.#shownAt = now;
      this.#show(this.#shown, before?.inspection);
      if (before) {
        close(before.inspection.id!);
      }
    });
  }
}
