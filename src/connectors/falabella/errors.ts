const MAX_SHOWN = 300;

/** Falabella refused a call, often with HTTP status 200. */
export class FalabellaApiError extends Error {
  constructor(
    /** The Action of the call. */
    readonly action: string,
    /** 7 for `E007`; null when there is none. */
    readonly code: number | null,
    /** `Sender`: the call is at fault. `Platform`: Falabella is. */
    readonly type: string,
    /** Falabella's own message in full; the message of this error shows its beginning. */
    readonly explanation: string,
    readonly httpStatus = 200,
  ) {
    super(
      `${action}: ${code === null ? 'error' : `E${String(code).padStart(3, '0')}`} ${explanation.slice(0, MAX_SHOWN)}`.trim(),
    );
    this.name = 'FalabellaApiError';
  }
}

/** The answer is not from the Seller Center API: a page of a proxy, half a document, or other text. */
export class FalabellaAnswerError extends Error {
  constructor(
    readonly action: string,
    readonly httpStatus: number,
    problem: string,
  ) {
    super(`${action}: HTTP ${httpStatus}, ${problem}`);
    this.name = 'FalabellaAnswerError';
  }
}

/**
 * Falabella accepts no more calls of this kind for now (429, in the body or as the HTTP status). It does
 * not state until when.
 */
export class FalabellaLimitError extends Error {
  constructor(
    readonly action: string,
    /** The limit on calls that create feeds; otherwise the limit on reading. */
    readonly ofFeeds: boolean,
    /** How long to wait, in milliseconds. */
    readonly waitMs: number,
  ) {
    super(`${action}: E429 too many requests`);
    this.name = 'FalabellaLimitError';
  }
}

/** The account has no API key or no user to sign with. */
export class FalabellaNotConfiguredError extends Error {
  constructor() {
    super('the connection to Falabella has no API key or no user: set FALABELLA_API_KEY and FALABELLA_USER_ID');
    this.name = 'FalabellaNotConfiguredError';
  }
}

/** Items that no call to Falabella can express; nothing was sent. */
export class UnsendableStockError extends Error {
  constructor(
    readonly skus: readonly string[],
    problem: string,
  ) {
    super(problem);
    this.name = 'UnsendableStockError';
  }
}
