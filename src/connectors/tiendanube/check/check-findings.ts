import { NoAnswerError } from '../../../common/http/outbound.service.js';
import { type CheckFinding } from '../../connection-check.js';
import {
  TiendanubeAnswerError,
  TiendanubeApiError,
  TiendanubeLimitError,
  TiendanubeNotInstalledError,
  TiendanubeRoomError,
} from '../errors.js';

const NOT_INSTALLED: CheckFinding = {
  what: 'Access token',
  problem: 'There is no access token: the app is not installed in the store, or not any more',
  remedy: 'Install the app in the store, or give the token that the store gave for it',
};

const REFUSED_TOKEN: CheckFinding = {
  what: 'Access token',
  problem: 'Tiendanube does not accept the access token for this store (HTTP 401)',
  remedy:
    'Install the app again: the token ends when the app is removed or installed anew. Is the number of the store (storeId) the right one?',
};

const UNPAID: CheckFinding = {
  what: 'Payment',
  problem: 'Tiendanube has suspended the store or the app until it is paid for (HTTP 402)',
  remedy: 'Settle what is due in the administration of the store; the connection then goes on by itself',
};

const LIMIT: CheckFinding = {
  what: 'Limit',
  problem: 'The store takes no more calls for now (HTTP 429, or no room left for a call)',
  remedy: 'Try again in a minute. Does another installation use the same app in this store?',
};

export const WRONG_ADDRESS: CheckFinding = {
  what: 'Address',
  problem: 'What answers at the address is not the API of Tiendanube, or does not know the store',
  remedy:
    'Look at the address (apiUrl): it is https://api.tiendanube.com. Is the number of the store (storeId) the right one?',
};

/** A finding that makes all further calls to the store fail, too. Null: the error is about one call only. */
export function foundOfAll(error: unknown): CheckFinding | null {
  if (error instanceof TiendanubeNotInstalledError) return NOT_INSTALLED;
  if (error instanceof TiendanubeRoomError || error instanceof TiendanubeLimitError) return LIMIT;
  if (error instanceof NoAnswerError) return unreachable(error);
  const status =
    error instanceof TiendanubeApiError || error instanceof TiendanubeAnswerError ? error.httpStatus : null;
  if (status === 401) return REFUSED_TOKEN;
  if (status === 402) return UNPAID;
  return error instanceof TiendanubeAnswerError && status !== 403 ? WRONG_ADDRESS : null;
}

/** The finding of one failed call: `what` cannot be done with this store. */
export function foundOf(what: string, scope: string, error: unknown): CheckFinding {
  const status =
    error instanceof TiendanubeApiError || error instanceof TiendanubeAnswerError ? error.httpStatus : null;
  if (status === 403) {
    return {
      what,
      problem: `The app may not read ${what.toLowerCase()} in this store (HTTP 403)`,
      remedy: `Give the app the scope ${scope} in the partner panel, and install it again: the merchant is asked for the new one`,
    };
  }
  const said = error instanceof TiendanubeApiError ? error.message : 'the answer could not be understood';
  return {
    what,
    problem: `Tiendanube refused: ${said}`,
    remedy: 'Try again later; if it stays, show these words to the partner support',
  };
}

function unreachable({ reason, message }: NoAnswerError): CheckFinding {
  const problem =
    reason === 'timeout' ? 'Tiendanube does not answer' : 'Nothing can be reached at the address of Tiendanube';
  return {
    what: 'Address',
    problem: `${problem}: ${message}`,
    remedy: 'Look at the address (apiUrl): it is https://api.tiendanube.com. May this server reach the internet?',
  };
}
