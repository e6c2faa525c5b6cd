import { type Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { clientNetwork } from '../common/http/client-address.js';

const WINDOW_S = 60;
/** Failures of one client in a window that are logged in full; further ones are only counted. */
export const LOGGED_PER_CLIENT = 20;
/** Failures of one client in a window; the answer to further ones is 429. */
export const MOST_PER_CLIENT = 60;
/** Failures of all clients for one account in a window. It is larger: a wrong secret at a platform fails at every webhook. */
export const MOST_PER_ACCOUNT = 600;

/** What becomes of a failure. */
export interface Verdict {
  /** It has a log document of its own. */
  readonly isLogged: boolean;
  /** Seconds until failures are answered in full again; null: it is within the limits. */
  readonly retryAfterS: number | null;
}

/**
 * Counts failures to authenticate, per client and per account meant, for all processes. While Redis is away
 * each process counts by itself. Once a client has exceeded a limit, no
 * Redis command is sent for it until the window ends.
 */
export class FailureLimits {
  private readonly ofClient: RateLimiterRedis;
  private readonly ofAccount: RateLimiterRedis;

  /** @param installation keeps installations apart that share a Redis */
  constructor(redis: Redis, installation: string) {
    const limiter = (what: string, points: number): RateLimiterRedis =>
      new RateLimiterRedis({
        storeClient: redis,
        keyPrefix: `stock-orchestrator:${installation}:auth-failures:${what}`,
        points,
        duration: WINDOW_S,
        inMemoryBlockOnConsumed: points,
        insuranceLimiter: new RateLimiterMemory({ points, duration: WINDOW_S }),
      });
    this.ofClient = limiter('client', MOST_PER_CLIENT);
    this.ofAccount = limiter('account', MOST_PER_ACCOUNT);
  }

  /** @param account what the sender failed to prove itself for, as the request names it */
  async count(client: string, account: string): Promise<Verdict> {
    const own = await spend(this.ofClient, clientNetwork(client));
    if (own.retryAfterS !== null) return { isLogged: false, retryAfterS: own.retryAfterS };
    const { retryAfterS } = await spend(this.ofAccount, account);
    return { isLogged: retryAfterS === null && own.failures <= LOGGED_PER_CLIENT, retryAfterS };
  }
}

/** Takes one point. A limiter rejects with a result when there is none left. */
async function spend(limiter: RateLimiterRedis, key: string) {
  try {
    const { consumedPoints } = await limiter.consume(key);
    return { failures: consumedPoints, retryAfterS: null };
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return { failures: Infinity, retryAfterS: Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000)) };
  }
}
