import { Logger } from '@nestjs/common';
import { mongo } from 'mongoose';

/** No connection, or none any more. */
const NO_CONNECTION = [
  mongo.MongoNetworkError,
  mongo.MongoServerSelectionError,
  mongo.MongoNotConnectedError,
  mongo.MongoTopologyClosedError,
  mongo.MongoServerClosedError,
];

/** Answers of a server that ends, begins, or takes no writes (MongoDB's own numbers), and of one that did not make a write durable in time. */
const TAKES_NO_WRITES: ReadonlySet<unknown> = new Set([
  6, 7, 64, 89, 91, 189, 262, 10058, 10107, 11600, 11602, 13435, 13436,
]);
/** How PostgreSQL beneath a compatible server says so. */
const READ_ONLY = /read-only transaction|recovery is in progress|shutting down|starting up/i;

/** Whether an error says that the database cannot be written to or asked now. The same request may work later. */
export function isDatabaseAway(error: unknown): boolean {
  if (NO_CONNECTION.some((kind) => error instanceof kind)) return true;
  if (!(error instanceof mongo.MongoServerError)) return false;
  // A group write wraps whatever ended it.
  if (error.errorResponse instanceof Error) return isDatabaseAway(error.errorResponse);
  return TAKES_NO_WRITES.has(error.code) || READ_ONLY.test(error.message);
}

/** An outage is over when nothing has failed for so long: a slow database answers in between. */
const CALM_MS = 5_000;

/** What the log says of a database that is away: one line when it begins, and one when it ends. */
class DatabaseOutage {
  private readonly logger = new Logger('Database');
  private isAway = false;
  private failedAt = 0;

  begins(): void {
    if (!this.isAway) this.logger.error('the database does not answer: requests get 503 until it does');
    this.isAway = true;
    this.failedAt = performance.now();
  }

  /** It answered. */
  ends(): void {
    if (!this.isAway || performance.now() - this.failedAt < CALM_MS) return;
    this.logger.log('the database answers again');
    this.isAway = false;
  }
}

/** Of this process. */
export const databaseOutage = new DatabaseOutage();

/** Whether an error is that of an outage, of which the log says nothing but its beginning. */
export function isOutage(error: unknown): boolean {
  const isAway = isDatabaseAway(error);
  if (isAway) databaseOutage.begins();
  return isAway;
}
