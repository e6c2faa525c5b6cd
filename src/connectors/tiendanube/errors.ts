const MAX_SHOWN = 300;

/** Tiendanube refused a call. */
export class TiendanubeApiError extends Error {
  constructor(
    /** The purpose of the call. */
    readonly action: string,
    readonly httpStatus: number,
    /** Tiendanube's own message. */
    readonly explanation: string,
  ) {
    super(`${action}: HTTP ${httpStatus} ${explanation.slice(0, MAX_SHOWN)}`.trim());
    this.name = 'TiendanubeApiError';
  }
}

/** The answer is not from the API: a page of a proxy, half a document, or other text. */
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

/** Tiendanube accepts no more calls for now (429). */
export class TiendanubeLimitError extends Error {
  constructor(
    readonly action: string,
    /** The limit on the size of stock pushes, which is separate; otherwise the one on calls. */
    readonly ofSize: boolean,
    /** How long to wait, in milliseconds. */
    readonly waitMs: number,
    /** It was a push; other calls may continue. */
    readonly ofPushes: boolean,
  ) {
    super(`${action}: HTTP 429 too many ${ofSize ? 'variants' : 'requests'}`);
    this.name = 'TiendanubeLimitError';
  }
}

/** A call found no room in the time that it could wait; nothing was sent. */
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

/** The connection has no access token. */
export class TiendanubeNotInstalledError extends Error {
  constructor() {
    super(
      'the connection to Tiendanube has no access token: install the app in the store, or set TIENDANUBE_ACCESS_TOKEN',
    );
    this.name = 'TiendanubeNotInstalledError';
  }
}

/** Items that no call can express; nothing was sent. */
export class UnsendableStockError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'UnsendableStockError';
  }
}
