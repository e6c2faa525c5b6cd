import { NoAnswerError } from '../../common/http/outbound.service.js';
import { type FailureAction } from '../contract.js';
import {
  OdooAccessError,
  OdooBusinessError,
  OdooBusyError,
  OdooConflictError,
  OdooCredentialsError,
  OdooMissingError,
  OdooNotFoundError,
  OdooProductError,
  OdooRateLimitError,
  OdooRequestError,
  OdooSetupError,
  OdooShadowError,
  OdooUnavailableError,
} from './errors.js';

/** The wait after an unknown error. */
const UNKNOWN_RETRY_MS = 30_000;
/** The next attempt looks up a record that was deleted in the meantime. */
const PASSING = [NoAnswerError, OdooUnavailableError, OdooBusyError, OdooMissingError];

/** The action for the caller after an error of a call to Odoo. The reasons are shown to the merchant. */
export function classify(error: unknown): FailureAction {
  if (error instanceof OdooRateLimitError) return { do: 'wait', until: error.until };
  if (error instanceof OdooCredentialsError) {
    return {
      do: 'pause',
      reason:
        'Odoo does not accept the API key, or the user and password. Keys can expire: make a new one in Odoo (Preferences, Security).',
    };
  }
  if (error instanceof OdooAccessError) {
    return {
      do: 'pause',
      reason: `The Odoo user may not do ${error.action}. It needs the right Inventory / User, and access to the company of the warehouse.`,
    };
  }
  if (error instanceof OdooSetupError)
    return { do: 'pause', reason: `Odoo is not set up as needed: ${error.message}.` };
  if (error instanceof OdooNotFoundError) {
    return { do: 'pause', reason: `Odoo has no ${error.action}: is the app Inventory installed, and is it Odoo 19?` };
  }
  if (error instanceof OdooProductError) return { do: 'giveUp', reason: error.message };
  if (error instanceof OdooConflictError) return { do: 'giveUp', reason: error.detail };
  if (error instanceof OdooBusinessError) return { do: 'giveUp', reason: `Odoo refused it: ${error.refusal}` };
  if (error instanceof OdooRequestError) return { do: 'giveUp', reason: `${error.message}; this is a fault of ours` };
  if (error instanceof OdooShadowError)
    return { do: 'giveUp', reason: 'The connection is in shadow: nothing is written to Odoo.' };
  if (PASSING.some((kind) => error instanceof kind)) return { do: 'retry' };
  return { do: 'retry', afterMs: UNKNOWN_RETRY_MS };
}
