/** A part of a text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A part of a text that was replaced. */
export interface Edit {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/**
 * The position of a part of a text after an edit: it grows with text typed inside it or at its end, and moves with text
 * typed before it. A cursor, which is an empty part, stays one, after what replaces the text around it.
 */
export function edited(span: Span, { offset, length, text }: Edit): Span {
  const [from, to] = [offset, offset + length];
  const by = text.length - length;
  if (to <= span.start && from < span.start) {
    return { start: span.start + by, end: span.end + by };
  }
  if (from > span.end) {
    return span;
  }
  if (span.start === span.end) {
    return { start: to + by, end: to + by };
  }
  return {
    start: Math.min(span.start, from),
    end: Math.max(span.end, to) + by,
  };
}

/** Whether an edit changes a part of a text, or text next to it. */
export const touches = ({ start, end }: Span, { offset, length }: Edit) =>
  offset <= end && start <= offset + length;
