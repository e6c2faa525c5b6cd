import { type Answer } from './answer.js';

/** A request as the simulated systems see it: nothing of the server in use. */
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

/** An answer whose effect has already happened, and what the real system does between the effect and the answer. */
export interface Reply {
  answer: Answer;
  after?: () => Promise<void>;
}
