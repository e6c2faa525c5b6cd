import { NoAnswerError } from '../../common/http/outbound.service.js';
import { classify } from './classify.js';
import {
  OdooBusinessError,
  OdooBusyError,
  OdooConflictError,
  OdooCredentialsError,
  OdooProductError,
  OdooRateLimitError,
  OdooShadowError,
} from './errors.js';

it('retries after no answer, whether or not the call reached the server', () => {
  expect(classify(new NoAnswerError('timeout', true, 'no answer'))).toEqual({ do: 'retry' });
  expect(classify(new NoAnswerError('network', false, 'no answer'))).toEqual({ do: 'retry' });
  expect(classify(new OdooBusyError('busy', 'a.b'))).toEqual({ do: 'retry' });
});

it('waits after a limit', () => {
  const until = new Date('2026-01-01T00:00:00Z');
  expect(classify(new OdooRateLimitError('a.b', until))).toEqual({ do: 'wait', until });
});

it('pauses the connection after refused credentials, with a text for the merchant', () => {
  const remedy = classify(new OdooCredentialsError('no', 'a.b'));
  expect(remedy).toMatchObject({ do: 'pause', reason: expect.stringContaining('API key') as unknown });
});

it.each([
  [new OdooProductError('X', 'unknown', 'Odoo has no X'), 'Odoo has no X'],
  [new OdooConflictError('taken'), 'taken'],
  [new OdooBusinessError('a.b', 'odoo.exceptions.UserError', 'not so'), 'Odoo refused it: not so'],
])('gives up on an item at fault, with the reason', (error, reason) => {
  expect(classify(error)).toEqual({ do: 'giveUp', reason });
});

it('gives up on a write in shadow', () => {
  expect(classify(new OdooShadowError('a.b'))).toMatchObject({ do: 'giveUp' });
});

it('retries an unknown error, but not at once', () => {
  expect(classify(new Error('?'))).toEqual({ do: 'retry', afterMs: 30_000 });
  expect(classify('?')).toEqual({ do: 'retry', afterMs: 30_000 });
});
