import { NoAnswerError } from '../../../common/http/outbound.service.js';
import { type CheckFinding, type CheckTopic } from '../../connection-check.js';
import {
  FalabellaAnswerError,
  FalabellaApiError,
  FalabellaLimitError,
  FalabellaNotConfiguredError,
} from '../errors.js';

const TIMESTAMP_EXPIRED = 3;
const SIGNATURE_MISMATCH = 7;
const ACCESS_DENIED = 9;

const API_KEY = 'checks.what.api_key';
const NOT_GIVEN: CheckFinding = { what: API_KEY, code: 'falabella.not_given' };
const WRONG_KEY: CheckFinding = { what: API_KEY, code: 'falabella.wrong_key' };
const CLOCK: CheckFinding = { what: 'checks.what.clock', code: 'falabella.clock' };
const LIMIT: CheckFinding = { what: 'checks.what.limit', code: 'falabella.limit' };

/** A finding that makes all further calls to the account fail, too. Null: the error is about one call only. */
export function foundOfAll(error: unknown): CheckFinding | null {
  if (error instanceof FalabellaNotConfiguredError) return NOT_GIVEN;
  if (error instanceof FalabellaLimitError) return LIMIT;
  if (error instanceof FalabellaApiError && error.code === SIGNATURE_MISMATCH) return WRONG_KEY;
  if (error instanceof FalabellaApiError && error.code === TIMESTAMP_EXPIRED) return CLOCK;
  if (error instanceof NoAnswerError) return unreachable(error);
  return error instanceof FalabellaAnswerError ? elsewhere(error) : null;
}

/** The finding of one failed call: `what` cannot be done with this account. */
export function foundOf(what: CheckTopic, error: unknown): CheckFinding {
  if (!(error instanceof FalabellaApiError))
    return { what, code: 'falabella.refused', params: { reason: { code: 'checks.not_understood' } } };
  return error.code === ACCESS_DENIED
    ? { what, code: 'falabella.access_denied', params: { action: error.action } }
    : { what, code: 'falabella.refused', params: { reason: error.message } };
}

function unreachable({ reason, reached, message }: NoAnswerError): CheckFinding {
  const about = { what: 'checks.what.address', params: { reason: message } } as const;
  if (reason === 'timeout') return { ...about, code: 'falabella.timeout' };
  return { ...about, code: reached ? 'falabella.broke_off' : 'falabella.unreachable' };
}

function elsewhere({ httpStatus }: FalabellaAnswerError): CheckFinding {
  const params = { status: httpStatus };
  if (httpStatus === 401 || httpStatus === 403)
    return { what: 'checks.what.access', code: 'falabella.not_let_in', params };
  return httpStatus >= 500
    ? { what: 'checks.what.platform', code: 'falabella.out_of_order', params }
    : { what: 'checks.what.address', code: 'falabella.wrong_address', params };
}
