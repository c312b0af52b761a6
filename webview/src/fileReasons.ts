import type { Reasons } from './source.ts';
import type { AnswerPart, LensRow } from './why.ts';

/** The answer that an exported page holds. */
export class FileReasons implements Reasons {
  readonly #answer: AnswerPart;

  constructor(answer: AnswerPart) {
    this.#answer = answer;
  }

  async measure(_asked: unknown, tell: (part: AnswerPart) => void): Promise<void> {
    tell(this.#answer);
  }

  async lens(): Promise<readonly LensRow[]> {
    return this.#answer.lens ?? [];
  }
}
