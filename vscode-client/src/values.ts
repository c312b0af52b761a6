import { contributes } from '../package.json';

/** What the manifest says of a setting; what it is checked by. */
interface Schema {
  readonly type: string;
  readonly default: unknown;
  readonly scope?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
}

/** The settings, by their names without `headlight.`, and what they are. */
export interface Values {
  readonly model: string;
  readonly top: number;
  readonly inlineHints: boolean;
  readonly followEdits: boolean;
  readonly memory: number;
  readonly precision: string;
  readonly languages: readonly string[];
  readonly 'java.home': string;
  readonly 'java.options': string;
}

const schemas: Readonly<Record<string, Schema>> = contributes.configuration.properties;

const schema = (name: keyof Values): Schema => schemas[`headlight.${name}`]!;

export const NAMES = Object.keys(schemas).map((name) => name.replace('headlight.', '')) as (keyof Values)[];

/** Whether only a person's own value counts, never a folder's: it leads to a program or a file. */
export const ownOnly = (name: keyof Values) => schema(name).scope === 'machine';

/** One line of text: what no program could be given else. */
const isLine = (value: unknown): value is string => typeof value === 'string' && !/\p{Cc}/u.test(value);

function isOne({ type, minimum = -Infinity, maximum = Infinity, enum: choices }: Schema, value: unknown) {
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

function wanted({ type, minimum, maximum, enum: choices }: Schema): string {
  switch (type) {
    case 'integer':
      return `a whole number from ${minimum} to ${maximum}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list of texts';
    default:
      return choices?.join(' or ') ?? 'one line of text';
  }
}

/** A setting's value where it is one; else its default, and one sentence about it, which doesn't quote it. */
export function checked<N extends keyof Values>(
  name: N,
  value: unknown,
): { readonly value: Values[N]; readonly problem?: string } {
  const kind = schema(name);
  return isOne(kind, value)
    ? { value: value as Values[N] }
    : {
        value: kind.default as Values[N],
        problem: `The setting headlight.${name} must be ${wanted(kind)}: until it is, its default is taken.`,
      };
}
