import { NoAnswerError } from '../../../common/http/outbound.service.js';
import { type CheckFinding, type CheckTopic } from '../../connection-check.js';
import {
  TiendanubeAnswerError,
  TiendanubeApiError,
  TiendanubeLimitError,
  TiendanubeNotInstalledError,
  TiendanubeRoomError,
} from '../errors.js';

const TOKEN = 'checks.what.access_token';
const NOT_INSTALLED: CheckFinding = { what: TOKEN, code: 'tiendanube.not_installed' };
const REFUSED_TOKEN: CheckFinding = { what: TOKEN, code: 'tiendanube.refused_token' };
const UNPAID: CheckFinding = { what: 'checks.what.payment', code: 'tiendanube.unpaid' };
const LIMIT: CheckFinding = { what: 'checks.what.limit', code: 'tiendanube.limit' };
export const WRONG_ADDRESS: CheckFinding = { what: 'checks.what.address', code: 'tiendanube.wrong_address' };

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
export function foundOf(what: CheckTopic, scope: string, error: unknown): CheckFinding {
  const status =
    error instanceof TiendanubeApiError || error instanceof TiendanubeAnswerError ? error.httpStatus : null;
  if (status === 403) return { what, code: 'tiendanube.no_scope', params: { what: { code: what }, scope } };
  const reason = error instanceof TiendanubeApiError ? error.message : { code: 'checks.not_understood' };
  return { what, code: 'tiendanube.refused', params: { reason } };
}

function unreachable({ reason, message }: NoAnswerError): CheckFinding {
  const code = reason === 'timeout' ? 'tiendanube.timeout' : 'tiendanube.unreachable';
  return { what: 'checks.what.address', code, params: { reason: message } };
}
