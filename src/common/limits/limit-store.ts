/** Where the limits of all processes are kept. Provided by whoever holds the connection to Redis. */
export abstract class LimitStore {
  /** Runs a script there in one step. Rejects while Redis is away. */
  abstract run(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
}
