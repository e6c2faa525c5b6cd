import { NoAnswerError } from '../../../common/http/outbound.service.js';
import { type CheckFinding, type CheckTopic } from '../../connection-check.js';
import {
  OdooAccessError,
  OdooCredentialsError,
  OdooNotFoundError,
  OdooRateLimitError,
  OdooSetupError,
  OdooUnavailableError,
} from '../errors.js';
import { type OdooConnection } from '../odoo.service.js';

/** A finding that makes all further calls to the database fail, too. Null: the error is about one call only. */
export function foundOfAll(error: unknown, { settings }: OdooConnection): CheckFinding | null {
  if (error instanceof OdooCredentialsError)
    return settings.apiKey === null
      ? { what: 'checks.what.login', code: 'odoo.wrong_login' }
      : { what: 'checks.what.api_key', code: 'odoo.wrong_key' };
  if (error instanceof NoAnswerError) return unreachable(error, settings.url);
  if (error instanceof OdooRateLimitError)
    return { what: 'checks.what.limit', code: 'odoo.limit', params: { until: error.until.toISOString() } };
  if (error instanceof OdooUnavailableError)
    return {
      what: 'checks.what.database',
      code: 'odoo.wrong_database',
      params: { url: settings.url, db: settings.db },
    };
  // Odoo redirected the call, or shows no warehouse.
  return error instanceof OdooSetupError
    ? { what: 'checks.what.setup', code: 'odoo.setup', params: { reason: error.message } }
    : null;
}

/** The finding of one failed call: `what` cannot be done with this user. */
export function foundOf(what: CheckTopic, error: unknown): CheckFinding {
  if (error instanceof OdooAccessError) return { what, code: 'odoo.access_denied', params: { action: error.action } };
  if (error instanceof OdooNotFoundError) return { what, code: 'odoo.unknown_model', params: { action: error.action } };
  const reason = error instanceof Error ? error.message : { code: 'checks.not_understood' };
  return { what, code: 'odoo.refused', params: { reason } };
}

/** The user may read, but not create or book deliveries. */
export function mayNot(what: CheckTopic, model: string, operation: string): CheckFinding {
  return { what, code: 'odoo.may_not', params: { operation, model } };
}

function unreachable({ reason, reached, message }: NoAnswerError, url: string): CheckFinding {
  const about = { what: 'checks.what.address', params: { url, reason: message } } as const;
  if (reason === 'timeout') return { ...about, code: 'odoo.timeout' };
  return { ...about, code: reached ? 'odoo.broke_off' : 'odoo.unreachable' };
}
