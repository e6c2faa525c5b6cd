import { createHash } from 'node:crypto';
import { InvalidInputError, ProblemError } from '../common/errors.js';
import { timeOrderedId } from '../common/ids.js';

const FORM = /^[\x21-\x7e]{1,200}$/;

/** The description of the header in the API document. */
export const IDEMPOTENT = {
  name: 'Idempotency-Key',
  required: false,
  description: 'The same key and body again: the same answer, one effect',
};

/** @throws InvalidInputError */
export function checkIdempotencyKey(key: string | undefined): void {
  if (key !== undefined && !FORM.test(key))
    throw new InvalidInputError([
      { field: 'Idempotency-Key', expected: 'must be 1 to 200 printable ASCII characters without spaces' },
    ]);
}

/** The id of a request: the caller and its key; without a key, a new id. */
export function idFromKey(prefix: string, actor: string, idempotencyKey: string | undefined): string {
  const key = idempotencyKey ?? timeOrderedId();
  return `${prefix}_${createHash('sha256').update(`${actor}\n${key}`).digest('base64url').slice(0, 22)}`;
}

/** The key was used before with another body. */
export class KeyReusedError extends ProblemError {
  constructor() {
    super(422, { code: 'problems.idempotency-key-reused.detail' });
  }
}
