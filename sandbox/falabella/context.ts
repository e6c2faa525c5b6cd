import { type Answer } from '../http/answer.js';
import { type FalabellaSettings } from '../settings.js';
import { type Manner, success, type Tree } from './envelope.js';
import { sellerError } from './errors.js';
import { type EventName } from './hooks.js';
import { type FalabellaState } from './state.js';

/** The input of one signed call. */
export interface ActionContext {
  action: string;
  version: string;
  parameters: ReadonlyMap<string, string>;
  method: string;
  body: string;
  state: FalabellaState;
  settings: FalabellaSettings;
  manner: Manner;
  /** Whether the feed limit allows one more call; counts it. */
  passFeedGate: () => boolean;
  announce: (event: EventName, payload: Record<string, unknown>) => void;
}

export type Action = (context: ActionContext) => Answer;

export function required(context: ActionContext, name: string): string {
  const value = context.parameters.get(name);
  if (value === undefined || value === '') throw sellerError(1, name);
  return value;
}

/**
 * The paging of a list call. The first letter of parameter names may be in either case. Throws E014 and
 * E019 (or E015).
 */
export function page(
  context: ActionContext,
  defaultLimit: number,
  maximum: number,
  limitName = 'Limit',
): { limit: number; offset: number } {
  const limitText = either(context, limitName) ?? String(defaultLimit);
  const offsetText = either(context, 'Offset') ?? '0';
  if (!/^\d+$/.test(offsetText)) throw sellerError(14, offsetText);
  if (!/^\d+$/.test(limitText) || Number(limitText) < 1 || Number(limitText) > maximum)
    throw sellerError(limitName === 'PageSize' ? 15 : 19, limitText);
  return { limit: Number(limitText), offset: Number(offsetText) };
}

function either(context: ActionContext, name: string): string | undefined {
  return context.parameters.get(name) ?? context.parameters.get(name.charAt(0).toLowerCase() + name.slice(1));
}

export function answer(context: ActionContext, responseType: string, body: Tree, head?: Record<string, Tree>): Answer {
  return success(context.manner, responseType, body, head);
}
