import {
  OdooAccessError,
  OdooBusinessError,
  OdooBusyError,
  OdooCredentialsError,
  type OdooError,
  OdooMissingError,
  OdooNotFoundError,
  OdooRateLimitError,
  OdooRequestError,
  OdooSetupError,
  OdooUnavailableError,
} from '../errors.js';

/** An error as Odoo reports it: in JSON-2 as the body, in JSON-RPC as `error.data`. */
export interface Fault {
  readonly name: string;
  readonly message: string;
}

const MAX_REFUSAL = 300;
const DEFAULT_WAIT_MS = 30_000;
const REFUSALS = new Set([
  'odoo.exceptions.UserError',
  'odoo.exceptions.ValidationError',
  'odoo.exceptions.RedirectWarning',
]);
/** Python errors that come from wrong names or values in the call: an unknown field is a 500 `builtins.ValueError`. */
const OUR_MISTAKES = new Set(
  ['ValueError', 'TypeError', 'KeyError', 'AttributeError', 'IndexError'].map((name) => `builtins.${name}`),
);

/** The error for an exception of Odoo's, or null when its name alone does not decide. */
export function errorOfFault(fault: Fault, action: string): OdooError | null {
  const { name } = fault;
  if (REFUSALS.has(name))
    return new OdooBusinessError(action, name, fault.message.replace(/\s+/g, ' ').trim().slice(0, MAX_REFUSAL));
  if (OUR_MISTAKES.has(name)) return new OdooRequestError(`Odoo does not understand ${action}`, action, name);
  switch (name) {
    case 'odoo.exceptions.AccessDenied':
    case 'werkzeug.exceptions.Unauthorized':
      return new OdooCredentialsError('Odoo does not accept the credentials', action, name);
    case 'odoo.exceptions.AccessError':
      return new OdooAccessError(`the Odoo user may not do ${action}`, action, name);
    case 'odoo.exceptions.MissingError':
      return new OdooMissingError(`a record that ${action} needs has been deleted in Odoo`, action, name);
    case 'werkzeug.exceptions.NotFound':
      return new OdooNotFoundError(`Odoo has no ${action}`, action, name);
    case 'werkzeug.exceptions.UnprocessableEntity':
    case 'werkzeug.exceptions.BadRequest':
      return new OdooRequestError(`Odoo does not understand ${action}`, action, name);
    case 'odoo.exceptions.LockError':
    case 'odoo.exceptions.ConcurrencyError':
      return new OdooBusyError('the record is in use in Odoo', action, name);
    default:
      return null;
  }
}

/** The error for an HTTP status, when the body did not decide. `json`: whether the body was Odoo's. */
export function errorOfStatus(
  status: number,
  json: boolean,
  headers: Readonly<Record<string, string>>,
  action: string,
  name: string | null,
): OdooError {
  if (status === 401) return new OdooCredentialsError('Odoo does not accept the credentials', action, name);
  if (status === 403) return new OdooAccessError(`the Odoo user may not do ${action}`, action, name);
  if (status === 429) return new OdooRateLimitError(action, retryAt(headers['retry-after'], Date.now()));
  if (status >= 300 && status < 400) {
    return new OdooSetupError(
      'the address of Odoo leads elsewhere: give the address that it redirects to, with https if so',
      action,
    );
  }
  // With its database down Odoo answers 404 with a page of HTML.
  if (status === 404 && json) return new OdooNotFoundError(`Odoo has no ${action}`, action, name);
  if (status === 409 || status === 423) return new OdooBusyError('the record is in use in Odoo', action, name);
  if ([400, 405, 413, 415, 422].includes(status))
    return new OdooRequestError(`Odoo does not take ${action} (${status})`, action, name);
  return new OdooUnavailableError(`Odoo is not available (${status})`, action, name);
}

/** When to retry, from a `Retry-After` in seconds or as a date. */
export function retryAt(header: string | undefined, now: number): Date {
  const seconds = Number(header ?? Number.NaN);
  if (Number.isFinite(seconds) && seconds >= 0) return new Date(now + seconds * 1_000);
  const date = header === undefined ? Number.NaN : Date.parse(header);
  return new Date(Number.isNaN(date) ? now + DEFAULT_WAIT_MS : Math.max(now, date));
}
