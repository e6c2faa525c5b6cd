import { type OdooError } from '../errors.js';

/** Arguments by their names in Odoo's Python, with the two special ones. */
export interface OdooArguments {
  /** The records to call the method on; absent for methods of a model. */
  readonly ids?: readonly number[];
  readonly context?: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

/** A request in either protocol. */
export interface WireRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The result. A method that returns nothing gives `null`. */
export type Outcome =
  { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: OdooError };

/** The body as JSON, or undefined where it is not. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Name and message of a reported error; the rest, above all `debug`, is dropped. */
export function faultOf(body: Readonly<Record<string, unknown>>): { name: string; message: string } {
  return { name: text(body.name), message: text(body.message) };
}
