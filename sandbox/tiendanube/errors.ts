import { json, type Answer } from '../http/answer.js';

const reasons: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

export type FieldErrors = Record<string, string[]>;

/** A refusal, in one of the forms that Tiendanube uses. */
export class TiendanubeError extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {
    super(`answered ${status}`);
  }

  answer(headers: Record<string, string> = {}): Answer {
    return json(this.status, this.body, headers);
  }
}

const envelopeOf = (status: number, description: string | null): Record<string, unknown> => ({
  code: status,
  message: reasons[status] ?? 'Error',
  description,
});

/** `{code, message, description}`. */
export const envelope = (status: number, description: string | null): TiendanubeError =>
  new TiendanubeError(status, envelopeOf(status, description));

export const notFound = (what: string): TiendanubeError => envelope(404, `${what} with such id does not exist`);

/** `{field: [message]}`. */
export const fieldErrors = (fields: FieldErrors): TiendanubeError => new TiendanubeError(422, fields);

/** The envelope, with the fields beside its own. */
export const mixedErrors = (fields: FieldErrors): TiendanubeError =>
  new TiendanubeError(422, { ...envelopeOf(422, 'The given data was invalid.'), ...fields });
