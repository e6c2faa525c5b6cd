import { NoAnswerError } from '../../../common/http/outbound.service.js';
import { type CheckFinding } from '../../connection-check.js';
import {
  FalabellaAnswerError,
  FalabellaApiError,
  FalabellaLimitError,
  FalabellaNotConfiguredError,
} from '../errors.js';

const TIMESTAMP_EXPIRED = 3;
const SIGNATURE_MISMATCH = 7;
const ACCESS_DENIED = 9;

const WHERE_THE_KEY_IS = 'Seller Center, My account > Integrations';

const NOT_GIVEN: CheckFinding = {
  what: 'API key',
  problem: 'There is no API key, or no user that it belongs to',
  remedy: `Copy the key and the e-mail address of its user from ${WHERE_THE_KEY_IS}`,
};

const WRONG_KEY: CheckFinding = {
  what: 'API key',
  problem: 'Falabella does not accept the API key together with the e-mail address of its user (E007)',
  remedy: `Copy both again from ${WHERE_THE_KEY_IS}: a renewed key replaces the old one, and the address must be written as it is there`,
};

const CLOCK: CheckFinding = {
  what: 'Clock',
  problem: 'Falabella says that the time of our request is wrong (E003): the clock of this server is off',
  remedy: 'Set the clock of this server right, best with NTP',
};

const LIMIT: CheckFinding = {
  what: 'Limit',
  problem: 'Falabella takes no more calls of this account for now (E429)',
  remedy: 'Try again in a few minutes. Does another program use the same account?',
};

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
export function foundOf(what: string, error: unknown): CheckFinding {
  if (error instanceof FalabellaApiError && error.code === ACCESS_DENIED) {
    return {
      what,
      problem: `The Seller Center user may not do this (E009, ${error.action})`,
      remedy: 'Give the user the role "Seller API Access" in Seller Center, or use the key of a user who has it',
    };
  }
  const said = error instanceof FalabellaApiError ? error.message : 'the answer could not be understood';
  return {
    what,
    problem: `Falabella refused: ${said}`,
    remedy: 'Try again later; if it stays, show these words to Falabella seller support',
  };
}

function unreachable({ reason, reached, message }: NoAnswerError): CheckFinding {
  const what = 'Address';
  if (reason === 'timeout') {
    return {
      what,
      problem: `Falabella does not answer: ${message}`,
      remedy: 'Try again later; is the network of this server slow, or does a firewall hold the call?',
    };
  }
  return {
    what,
    problem: `${reached ? 'The connection to Falabella broke off' : 'Nothing can be reached at the address of Falabella'}: ${message}`,
    remedy:
      'Look at the address (apiUrl): it is https://sellercenter-api.falabella.com/ in every country. May this server reach the internet?',
  };
}

function elsewhere({ httpStatus }: FalabellaAnswerError): CheckFinding {
  if (httpStatus === 401 || httpStatus === 403) {
    return {
      what: 'Access',
      problem: `Falabella lets this server not in (HTTP ${httpStatus}), before it looks at the key`,
      remedy:
        'Set the seller id as Seller Center shows it, and userAgent to five with the business unit of the country. Is the address of this server blocked?',
    };
  }
  if (httpStatus >= 500) {
    return { what: 'Falabella', problem: `Falabella is out of order (HTTP ${httpStatus})`, remedy: 'Try again later' };
  }
  return {
    what: 'Address',
    problem: `What answers there is not the Seller Center API (HTTP ${httpStatus})`,
    remedy: 'Look at the address (apiUrl): it is https://sellercenter-api.falabella.com/ in every country',
  };
}
