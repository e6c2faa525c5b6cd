import { NoAnswerError } from '../../common/http/outbound.service.js';
import { type FailureAction } from '../contract.js';
import {
  TiendanubeAnswerError,
  TiendanubeApiError,
  TiendanubeLimitError,
  TiendanubeNotInstalledError,
  TiendanubeRoomError,
  UnsendableStockError,
} from './errors.js';

const UNPAID = 402;

/** The action for the caller after an error of this connector. Pure: `now` is given. */
export function classify(error: unknown, now: Date): FailureAction {
  if (error instanceof TiendanubeRoomError) return waitFor(error, now, { arrived: false });
  if (error instanceof TiendanubeLimitError) return waitFor(error, now);
  if (error instanceof TiendanubeApiError)
    return ofStatus(error.httpStatus) ?? { do: 'giveUp', reason: `Tiendanube refused: ${error.message}` };
  if (error instanceof TiendanubeAnswerError) return ofStatus(error.httpStatus) ?? ofStrangeAnswer(error.httpStatus);
  if (error instanceof TiendanubeNotInstalledError) return { do: 'pause', reason: error.message };
  // Stock is set to absolute numbers, so repeating a push is always right.
  if (error instanceof NoAnswerError) return error.reached ? { do: 'retry' } : { do: 'retry', arrived: false };
  if (error instanceof UnsendableStockError) return { do: 'giveUp', reason: error.message };
  // Not an error of this connector, so it does not count against the item.
  return { do: 'retry' };
}

/** A wait for room does not count as an attempt. A push delays all pushes; a read delays only itself. */
function waitFor(
  { ofPushes, waitMs }: { ofPushes: boolean; waitMs: number },
  now: Date,
  more: { arrived?: false } = {},
): FailureAction {
  return ofPushes
    ? { do: 'wait', until: new Date(now.getTime() + waitMs), only: 'pushes' }
    : { do: 'retry', afterMs: Math.max(1, Math.round(waitMs)), ...more };
}

/** The action that follows from the HTTP status alone; null when the request is at fault. */
function ofStatus(status: number): FailureAction | null {
  if (status === 401)
    return {
      do: 'pause',
      reason:
        'Tiendanube does not accept the access token (HTTP 401): the app was removed from the store, or installed anew. Install it again',
    };
  if (status === UNPAID)
    return {
      do: 'pause',
      reason:
        'Tiendanube has suspended the store or the app until it is paid for (HTTP 402). The merchant can settle it',
    };
  if (status === 403)
    return {
      do: 'pause',
      reason:
        'The app may not do this in the store (HTTP 403). It needs the scopes products, orders and locations: grant them and install it again',
    };
  return status >= 500 || status === 408 || status === 429 ? { do: 'retry' } : null;
}

function ofStrangeAnswer(status: number): FailureAction {
  if (status < 300) return { do: 'retry' };
  return {
    do: 'pause',
    reason: `What answers at TIENDANUBE_API_URL is not the API of Tiendanube (HTTP ${status}). Check the address, and whether this release is still supported`,
  };
}
