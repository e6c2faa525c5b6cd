/** How long the oldest overdue work has been waiting. Provided by whoever keeps the work. */
export abstract class BacklogProbe {
  /** Milliseconds; 0 where nothing is overdue. */
  abstract oldestMs(): Promise<number>;
}

/** Whether Redis answers. Provided by whoever holds its connection. */
export abstract class RedisProbe {
  /** Rejects when Redis does not answer. */
  abstract ping(): Promise<void>;
  /** Its `maxmemory-policy`; null where it does not tell. */
  abstract evictionPolicy(): Promise<string | null>;
}
