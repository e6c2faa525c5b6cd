import { type Answer } from './answer.js';

/** A request in the simulated systems' own form, independent of the server in use. */
export interface Request {
  method: string;
  /** Without the query. */
  path: string;
  /** The query as it was sent, still encoded. */
  rawQuery: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  body: string;
}

/** An answer whose effect has already happened, and the actions of the real system between effect and answer. */
export interface Reply {
  answer: Answer;
  after?: () => Promise<void>;
}
