/** A wrong field of a request, and the form that it should have. */
export interface FieldProblem {
  readonly field: string;
  readonly expected: string;
}

/** An error for the caller of the API, sent as problem+json (RFC 9457). */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    readonly title: string,
    detail?: string,
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail ?? title);
    this.name = new.target.name;
  }
}

/** The input does not have the expected form; nothing was changed. */
export class InvalidInputError extends ProblemError {
  constructor(readonly fields: readonly FieldProblem[]) {
    super(400, 'invalid-input', 'The input is not valid', fields.map((f) => `${f.field}: ${f.expected}`).join('; '), {
      errors: fields,
    });
  }
}

export class UnauthenticatedError extends ProblemError {
  constructor(detail: string) {
    super(401, 'unauthenticated', 'Not authenticated', detail);
  }
}

export class ForbiddenError extends ProblemError {
  constructor(detail: string) {
    super(403, 'forbidden', 'Not allowed', detail);
  }
}

export class NotFoundError extends ProblemError {
  constructor(detail: string) {
    super(404, 'not-found', 'Not found', detail);
  }
}

export class ConflictError extends ProblemError {
  constructor(type: string, title: string, detail: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(409, type, title, detail, extra);
  }
}

/** A dependency of this service is unreachable; the same request may work later. */
export class UnavailableError extends ProblemError {
  constructor(detail: string) {
    super(503, 'unavailable', 'Temporarily unavailable', detail);
  }
}
