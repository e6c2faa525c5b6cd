import { coreWords, type ProblemCode, type ProblemType } from '../words/core-words.js';
import { DEFAULT_LANGUAGE, type Language } from '../words/language.js';
import { type Message } from '../words/message.js';

/** A wrong field of a request, and the form that it should have. */
export interface FieldProblem {
  readonly field: string;
  readonly expected: string;
}

/** What a problem says: the code of its text and the values in it, or words that are shown as they are. */
export type ProblemWording = Message<ProblemCode> | ProblemTexts;

interface ProblemTexts {
  readonly type: string;
  readonly title: string;
  readonly detail?: string | undefined;
}

/** An error for the caller of the API, sent as problem+json (RFC 9457). Its own texts are the English ones. */
export class ProblemError extends Error {
  readonly type: string;
  readonly title: string;

  constructor(
    readonly status: number,
    readonly wording: ProblemWording,
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    const { type, title, detail } = problemTexts(wording, DEFAULT_LANGUAGE);
    super(detail ?? title);
    this.type = type;
    this.title = title;
    this.name = new.target.name;
  }
}

/** What a problem says in a language. */
export function problemTexts(wording: ProblemWording, language: Language): ProblemTexts {
  if (!('code' in wording)) return wording;
  const type = problemType(wording.code);
  return {
    type,
    title: coreWords.text({ code: `problems.${type}.title` }, language),
    detail: coreWords.text(wording, language),
  };
}

/** The type stands in the middle of the code: all problems of a type have one title. */
export function problemType(code: ProblemCode): ProblemType {
  return code.split('.')[1] as ProblemType;
}

/** The input does not have the expected form; nothing was changed. */
export class InvalidInputError extends ProblemError {
  constructor(readonly fields: readonly FieldProblem[]) {
    const listed = fields.map((f) => `${f.field}: ${f.expected}`).join('; ');
    super(400, { code: 'problems.invalid-input.fields', params: { fields: listed } }, { errors: fields });
  }
}

export class UnauthenticatedError extends ProblemError {
  constructor(code: ProblemCode<'unauthenticated'>, params?: Message['params']) {
    super(401, { code, params });
  }
}

export class ForbiddenError extends ProblemError {
  constructor(code: ProblemCode<'forbidden'>, params?: Message['params']) {
    super(403, { code, params });
  }
}

export class NotFoundError extends ProblemError {
  constructor(code: ProblemCode<'not-found'>, params?: Message['params']) {
    super(404, { code, params });
  }
}

export class ConflictError extends ProblemError {
  constructor(code: ProblemCode, params?: Message['params'], extra: Readonly<Record<string, unknown>> = {}) {
    super(409, { code, params }, extra);
  }
}

/** Too many requests of one sender, or for one account, failed to authenticate. */
export class TooManyFailuresError extends ProblemError {
  constructor(retryAfterS: number) {
    super(429, { code: 'problems.too-many-failures.detail', params: { seconds: retryAfterS } });
  }
}

/** A dependency of this service is unreachable; the same request may work later. */
export class UnavailableError extends ProblemError {
  constructor(code: ProblemCode<'unavailable'>, params?: Message['params']) {
    super(503, { code, params });
  }
}
