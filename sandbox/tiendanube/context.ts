import { type Answer } from '../http/answer.js';
import { type Request } from '../http/request.js';
import { fieldErrors } from './errors.js';
import { type TiendanubeSettings } from './settings.js';
import { type Store, type TiendanubeState, type Variant } from './state.js';
import { type LevelChange } from './stock.js';

/** One store, and everything that a change of it needs. */
export interface StoreContext {
  state: TiendanubeState;
  store: Store;
  settings: TiendanubeSettings;
  /** Notifies registered webhooks, except about `silent` changes. */
  announce: (event: string, id?: number | string) => void;
  /** Records the old and the new number, and the cause. */
  note: (variant: Variant, change: LevelChange, by: string) => void;
}

/** One accepted call of the API. */
export interface Call extends StoreContext {
  request: Request;
  /** Pattern of the address with its method: `PATCH /products/stock-price`. */
  name: string;
  parameters: Record<string, string>;
  body: unknown;
  /** Throws 429 when an update of this weight exceeds the limit now. */
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
