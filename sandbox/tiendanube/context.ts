import { type Answer } from '../http/answer.js';
import { type Request } from '../http/request.js';
import { fieldErrors } from './errors.js';
import { type TiendanubeSettings } from './settings.js';
import { type Store, type TiendanubeState, type Variant } from './state.js';
import { type LevelChange } from './stock.js';

/** One store, and all that a change of it needs. */
export interface StoreContext {
  state: TiendanubeState;
  store: Store;
  settings: TiendanubeSettings;
  /** Tells registered webhooks; not of what `silent` changes do. */
  announce: (event: string, id?: number | string) => void;
  /** Notes what a number was and is, and who changed it. */
  note: (variant: Variant, change: LevelChange, by: string) => void;
}

/** One call of the API that was let in. */
export interface Call extends StoreContext {
  request: Request;
  /** Pattern of the address with its method: `PATCH /products/stock-price`. */
  name: string;
  parameters: Record<string, string>;
  body: unknown;
  /** Throws 429 where an update of this weight is too much now. */
  weigh: (weight: number) => void;
}

export type Handler = (call: Call) => Answer;

export type Fields = Record<string, unknown>;

/** The body as an object. Throws 422. */
export function fieldsOf(body: unknown): Fields {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw fieldErrors({ body: ['must be an object'] });
  return body as Fields;
}
