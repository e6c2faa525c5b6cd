import { type OdooSettings } from '../settings.js';
import { type Store } from './store.js';

/** The environment of one call: the rows, the caller's context, the settings. */
export interface Env {
  store: Store;
  context: Record<string, unknown>;
  settings: OdooSettings;
}

export function withContext(env: Env, extra: Record<string, unknown>): Env {
  return { ...env, context: { ...env.context, ...extra } };
}

/** Now as Odoo's `fields.Datetime.now()`: UTC, cut to seconds. */
export function nowText(): string {
  return new Date().toISOString().replace('T', ' ').slice(0, 19);
}

/** Quantities are rounded to the unit of measure: two decimals. */
export function roundQuantity(quantity: number): number {
  return Math.round((quantity + Number.EPSILON) * 100) / 100;
}
