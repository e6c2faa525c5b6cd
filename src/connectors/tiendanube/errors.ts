const MAX_SHOWN = 300;

/** Tiendanube answered that it will not do what was asked. */
export class TiendanubeApiError extends Error {
  constructor(
    /** What the call was for. */
    readonly action: string,
    readonly httpStatus: number,
    /** Tiendanube's own words. */
    readonly explanation: string,
  ) {
    super(`${action}: HTTP ${httpStatus} ${explanation.slice(0, MAX_SHOWN)}`.trim());
    this.name = 'TiendanubeApiError';
  }
}

/** What came back is no answer of the API: a page of a proxy, half a document, something else altogether. */
export class TiendanubeAnswerError extends Error {
  constructor(
    readonly action: string,
    readonly httpStatus: number,
    problem: string,
  ) {
    super(`${action}: HTTP ${httpStatus}, ${problem}`);
    this.name = 'TiendanubeAnswerError';
  }
}

/** Tiendanube takes no more calls for now (429). */
export class TiendanubeLimitError extends Error {
  constructor(
    readonly action: string,
    /** The limit on the size of stock pushes, which has room of its own; otherwise the one on calls. */
    readonly ofSize: boolean,
    /** How long to leave it alone, in milliseconds. */
    readonly waitMs: number,
    /** It was a push; the others may go on. */
    readonly ofPushes: boolean,
  ) {
    super(`${action}: HTTP 429 too many ${ofSize ? 'variants' : 'requests'}`);
    this.name = 'TiendanubeLimitError';
  }
}

/** There was no room for a call in the time that it could wait; nothing was sent. */
export class TiendanubeRoomError extends Error {
  constructor(
    readonly action: string,
    readonly waitMs: number,
    readonly ofPushes: boolean,
  ) {
    super(`${action}: no room within the limit of calls for now`);
    this.name = 'TiendanubeRoomError';
  }
}

/** The connection has no access token to speak with. */
export class TiendanubeNotInstalledError extends Error {
  constructor() {
    super(
      'the connection to Tiendanube has no access token: install the app in the store, or set TIENDANUBE_ACCESS_TOKEN',
    );
    this.name = 'TiendanubeNotInstalledError';
  }
}

/** Items that no call can carry; nothing was sent. */
export class UnsendableStockError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'UnsendableStockError';
  }
}
