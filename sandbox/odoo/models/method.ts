import { type Env } from '../env.js';
import { type Stamped, type ModelName } from '../rows.js';

interface Parameter {
  name: string;
  required?: boolean;
}

/** A method that can be called from outside. `records` methods are called on ids, `model` methods are not. */
export interface Method {
  kind: 'records' | 'model';
  /** In Python's order, so that positional arguments find their names. */
  parameters: readonly Parameter[];
  run: (call: Call) => unknown;
}

interface Call {
  env: Env;
  model: ModelName;
  /** The records that it is called on; empty for model methods. */
  records: Stamped[];
  ids: number[];
  args: Record<string, unknown>;
}

export type Methods = Record<string, Method>;
export type Values = Record<string, unknown>;

/** Creating and writing for a model that is more than a row. */
export interface Behaviour {
  create?: (env: Env, values: Values) => Stamped;
  write?: (env: Env, record: Stamped, values: Values) => void;
  methods?: Methods;
}

/** The values of the linked records that `[[0,0,{...}]]` creates. Other commands are ignored. */
export function createCommands(value: unknown): Values[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((command: unknown) =>
    Array.isArray(command) && command[0] === 0 ? [command[2] as Values] : [],
  );
}

/** The ids that `[[6,0,[ids]]]` and `[[4,id]]` link. */
export function linkCommands(value: unknown): number[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((command: unknown): number[] => {
    if (typeof command === 'number') return [command];
    if (!Array.isArray(command)) return [];
    if (command[0] === 6) return (command[2] as number[]) ?? [];
    return command[0] === 4 ? [Number(command[1])] : [];
  });
}

export const idOr = (value: unknown, fallback: number | false): number | false =>
  typeof value === 'number' ? value : fallback;
export const textOr = <T>(value: unknown, fallback: T): string | T =>
  typeof value === 'string' && value !== '' ? value : fallback;
