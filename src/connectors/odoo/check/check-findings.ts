import { errorText } from '../../../common/error-text.js';
import { NoAnswerError } from '../../../common/http/outbound.service.js';
import { type CheckFinding } from '../../connection-check.js';
import {
  OdooAccessError,
  OdooCredentialsError,
  OdooNotFoundError,
  OdooRateLimitError,
  OdooSetupError,
  OdooUnavailableError,
} from '../errors.js';
import { type OdooConnection } from '../odoo.service.js';

const NEEDS =
  'Give the Odoo user the right Inventory / User, and access to the company of the warehouse (Settings, Users)';

/** A finding that makes all further calls to the database fail, too. Null: the error is about one call only. */
export function foundOfAll(error: unknown, { settings }: OdooConnection): CheckFinding | null {
  if (error instanceof OdooCredentialsError) return refused(settings.apiKey !== null);
  if (error instanceof NoAnswerError) return unreachable(error, settings.url);
  if (error instanceof OdooRateLimitError) {
    return {
      what: 'Limit',
      problem: 'What stands before Odoo takes no more calls for now',
      remedy: `Try again after ${error.until.toISOString()}`,
    };
  }
  if (error instanceof OdooUnavailableError) return elsewhere(settings.url, settings.db);
  // Odoo redirected the call, or shows no warehouse.
  return error instanceof OdooSetupError ? setup(error.message) : null;
}

/** The finding of one failed call: `what` cannot be done with this user. */
export function foundOf(what: string, error: unknown): CheckFinding {
  if (error instanceof OdooAccessError)
    return { what, problem: `The Odoo user may not do this (${error.action})`, remedy: NEEDS };
  if (error instanceof OdooNotFoundError) {
    return {
      what,
      problem: `This Odoo does not know ${error.action}`,
      remedy: 'Install the app Inventory in Odoo. Is it Odoo 19?',
    };
  }
  const said = errorText(error, 'the answer could not be understood');
  return {
    what,
    problem: `Odoo refused: ${said}`,
    remedy: 'Try again later; if it stays, show these words to whoever looks after Odoo',
  };
}

/** The user may read, but not create or book deliveries. */
export function mayNot(what: string, model: string, operation: string): CheckFinding {
  return { what, problem: `The Odoo user may not ${operation} ${model}: no delivery could be booked`, remedy: NEEDS };
}

function refused(byKey: boolean): CheckFinding {
  return byKey
    ? {
        what: 'API key',
        problem: 'Odoo does not accept the API key',
        remedy:
          'Make a new one in Odoo (Preferences, Security, New API Key) as the user that is meant for this: keys can expire, and belong to one database',
      }
    : {
        what: 'Login',
        problem: 'Odoo does not accept the user and the password',
        remedy:
          'Write both as for the login page of this database. With two-factor login a password is not enough: give an API key in its place',
      };
}

function unreachable({ reason, reached, message }: NoAnswerError, url: string): CheckFinding {
  const what = 'Address';
  if (reason === 'timeout')
    return {
      what,
      problem: `Odoo does not answer at ${url}: ${message}`,
      remedy: 'Is Odoo up, and does a firewall let this server through?',
    };
  return {
    what,
    problem: reached
      ? `The connection to ${url} broke off: ${message}`
      : `Nothing can be reached at ${url}: ${message}`,
    remedy:
      'Look at the address (url): it is what stands in the browser before /odoo or /web, with https:// and without anything behind the name',
  };
}

function elsewhere(url: string, db: string): CheckFinding {
  return {
    what: 'Database',
    problem: `What answers at ${url} is no Odoo that has the database ${db} at work`,
    remedy:
      'Look at the name of the database (db): on odoo.com it is the first part of the address. Is the address (url) that of Odoo itself, and is Odoo up?',
  };
}

function setup(problem: string): CheckFinding {
  return {
    what: 'Setup',
    problem: `Odoo is not set up as needed: ${problem}`,
    remedy: 'Look at the address (url) and at the warehouses in Odoo (Inventory, Configuration)',
  };
}
