const MAX_SHOWN = 300;

/** Falabella answered that it will not do what was asked. Often with HTTP status 200. */
export class FalabellaApiError extends Error {
  constructor(
    /** The Action of the call. */
    readonly action: string,
    /** 7 for `E007`; null where none was given. */
    readonly code: number | null,
    /** `Sender` blames the call, `Platform` blames Falabella. */
    readonly type: string,
    /** Falabella's own words, whole; the message of this error shows their beginning. */
    readonly explanation: string,
    readonly httpStatus = 200,
  ) {
    super(
      `${action}: ${code === null ? 'error' : `E${String(code).padStart(3, '0')}`} ${explanation.slice(0, MAX_SHOWN)}`.trim(),
    );
    this.name = 'FalabellaApiError';
  }
}

/** What came back is no answer of the Seller Center API: a page of a proxy, half a document, something else altogether. */
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

/** Falabella takes no more calls of this kind for now (429, in the body or as the HTTP status). It does not say until when. */
export class FalabellaLimitError extends Error {
  constructor(
    readonly action: string,
    /** The limit is the one on calls that make feeds; otherwise it is on reading. */
    readonly ofFeeds: boolean,
    /** How long to leave it alone, in milliseconds. */
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

/** Items that no call to Falabella can carry; nothing was sent. */
export class UnsendableStockError extends Error {
  constructor(
    readonly skus: readonly string[],
    problem: string,
  ) {
    super(problem);
    this.name = 'UnsendableStockError';
  }
}
