import { NoAnswerError } from '../../common/http/outbound.service.js';
import { type FailureAction } from '../contract.js';
import {
  FalabellaAnswerError,
  FalabellaApiError,
  FalabellaLimitError,
  FalabellaNotConfiguredError,
  UnsendableStockError,
} from './errors.js';

const TIMESTAMP_EXPIRED = 3;
const UNEXPECTED_INTERNAL = 6;
const SIGNATURE_MISMATCH = 7;
const ACCESS_DENIED = 9;
const INTERNAL_APPLICATION = 1000;

const WHERE_THE_KEY_IS = 'Seller Center, My account > Integrations';

/** The action for the caller after an error of this connector. Pure: `now` is given. */
export function classify(error: unknown, now: Date): FailureAction {
  if (error instanceof FalabellaLimitError) return ofLimit(error, now);
  if (error instanceof FalabellaApiError) return ofApi(error);
  if (error instanceof FalabellaAnswerError) return ofStatus(error.httpStatus) ?? { do: 'retry' };
  if (error instanceof FalabellaNotConfiguredError) return { do: 'pause', reason: error.message };
  if (error instanceof NoAnswerError) return { do: 'retry', ...(error.reached ? {} : { arrived: false }) };
  if (error instanceof UnsendableStockError) return { do: 'giveUp', reason: error.message };
  // Not an error of this connector, so it does not count against the item.
  return { do: 'retry' };
}

/** Too much reading does not delay pushes, and too many pushes do not delay reading. */
function ofLimit({ ofFeeds, waitMs }: FalabellaLimitError, now: Date): FailureAction {
  return ofFeeds
    ? { do: 'wait', until: new Date(now.getTime() + waitMs), only: 'pushes' }
    : { do: 'retry', afterMs: waitMs };
}

function ofApi(error: FalabellaApiError): FailureAction {
  if (error.code === SIGNATURE_MISMATCH)
    return {
      do: 'pause',
      reason: `Falabella does not accept the API key together with its user's e-mail (E007). Copy both again from ${WHERE_THE_KEY_IS}: a renewed key replaces the old one`,
    };
  if (error.code === ACCESS_DENIED)
    return {
      do: 'pause',
      reason: `The Seller Center user may not do this (E009, ${error.action}). Give it the role "Seller API Access", or use the key of a user who has it`,
    };
  if (error.code === TIMESTAMP_EXPIRED)
    return {
      do: 'pause',
      reason:
        'Falabella says that the time of our request is wrong (E003): the clock of this server is off. Set it right, best with NTP',
    };
  const isTheirs =
    error.code === UNEXPECTED_INTERNAL || error.code === INTERNAL_APPLICATION || /^platform$/i.test(error.type);
  if (isTheirs || error.httpStatus >= 500) return { do: 'retry' };
  if (error.code === null)
    return ofStatus(error.httpStatus) ?? { do: 'giveUp', reason: `Falabella refused: ${error.message}` };
  return { do: 'giveUp', reason: `Falabella refused: ${error.message}` };
}

/** The action that follows from the HTTP status alone; null where none does. */
function ofStatus(status: number): FailureAction | null {
  if (status === 401 || status === 403)
    return {
      do: 'pause',
      reason: `Falabella lets this server or its API key not in (HTTP ${status}). Check user and key in ${WHERE_THE_KEY_IS}`,
    };
  if (status >= 500 || status === 408) return { do: 'retry' };
  if (status >= 300)
    return {
      do: 'pause',
      reason: `What answers at FALABELLA_API_URL is not the Seller Center API (HTTP ${status}). Check the address`,
    };
  return null;
}
