import { contributes } from '../package.json';

/** The manifest's schema of a setting, used to validate it. */
interface Schema {
  readonly type: string;
  readonly default: unknown;
  readonly scope?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
}

/** The settings and their types, by name without `headlight.`. */
export interface Values {
  readonly model: string;
  readonly top: number;
  readonly inlineHints: boolean;
  readonly followEdits: boolean;
  readonly idleMinutes: number;
  readonly memory: number;
  readonly precision: string;
  readonly languages: readonly string[];
  readonly 'java.home': string;
  readonly 'java.options': string;
}

const schemas: Readonly<Record<string, Schema>> = contributes.configuration.properties;

const schema = (name: keyof Values): Schema => schemas[`headlight.${name}`]!;

export const NAMES = Object.keys(schemas).map((name) => name.replace('headlight.', '')) as (keyof Values)[];

/** Whether only the user's value counts, not the workspace's, because it names a program or a file. */
export const ownOnly = (name: keyof Values) => schema(name).scope === 'machine';

/** A single line: control characters cannot be passed to a program. */
const isLine = (value: unknown): value is string => typeof value === 'string' && !/\p{Cc}/u.test(value);

function isValid({ type, minimum = -Infinity, maximum = Infinity, enum: choices }: Schema, value: unknown) {
  switch (type) {
    case 'integer':
      return Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
    case 'boolean':
      return typeof value === 'boolean';
    case 'array':
      return Array.isArray(value) && value.every(isLine);
    default:
      return isLine(value) && (choices === undefined || choices.includes(value));
  }
}

function expected({ type, minimum, maximum, enum: choices }: Schema): string {
  switch (type) {
    case 'integer':
      return `a whole number from ${minimum} to ${maximum}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list of strings';
    default:
      return choices?.join(', ').replace(/, (?=[^,]*$)/, ' or ') ?? 'a single line of text';
  }
}

/** A setting's value if it is valid; otherwise the default, with an error message that does not quote the value. */
export function checked<N extends keyof Values>(
  name: N,
  value: unknown,
): { readonly value: Values[N]; readonly problem?: string } {
  const kind = schema(name);
  return isValid(kind, value)
    ? { value: value as Values[N] }
    : {
        value: kind.default as Values[N],
        problem: `The setting headlight.${name} must be ${expected(kind)}; until you correct it, the default applies.`,
      };
}
