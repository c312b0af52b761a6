import { html, type TemplateResult } from 'lit';
import type { Change } from '../state.ts';

export type Choose = (change: Change) => void;

/** A checkbox. */
export function check(
  name: string,
  on: boolean,
  change: (on: boolean) => void,
  disabled = false,
): TemplateResult {
  return html`<label class="option check">
    <input
      type="checkbox"
      .checked=${on}
      ?disabled=${disabled}
      @change=${(event: Event) => change((event.target as HTMLInputElement).checked)}
    />
    ${name}</label
  >`;
}

/** A menu, with its name before it. */
export function choice<T extends string>(
  name: string,
  values: readonly T[],
  names: Readonly<Record<T, string>>,
  chosen: T,
  choose: (value: T) => void,
  disabled = false,
): TemplateResult {
  return html`<label class="option"
    >${name}
    <select
      aria-label=${name}
      ?disabled=${disabled}
      @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as T)}
    >
      ${values.map(
        (value) => html`<option value=${value} .selected=${value === chosen}>${names[value]}</option>`,
      )}
    </select></label
  >`;
}

/** A group of buttons, one of which is pressed. */
export function segments(
  name: string,
  parts: readonly (readonly [name: string, on: boolean, choose: () => void])[],
): TemplateResult {
  return html`<div class="segments" role="group" aria-label=${name}>
    ${parts.map(
      ([part, on, choose]) =>
        html`<button type="button" aria-pressed=${on} @click=${choose}>${part}</button>`,
    )}
  </div>`;
}
