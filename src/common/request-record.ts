import { type LogStatus, type LogStep } from './log-sink.js';

/**
 * The content of the one log document of an HTTP request. Handlers add to it; it is written after the
 * answer. Bodies are bounded on writing, but the handler chooses their content: no secrets, no personal
 * data.
 */
export class RequestRecord {
  readonly startedAt = performance.now();
  /** The action, where the route's own `@LogAction` is not precise enough. */
  action?: string;
  /** Default: success below 400, error from 400, pending for 202. */
  status?: LogStatus;
  connection?: string;
  /** The name of the API key that was used. */
  actor?: string;
  /** Replaces the allowed fields of the body. */
  request?: Readonly<Record<string, unknown>>;
  response?: Readonly<Record<string, unknown>>;
  /** What its sender failed to prove itself for, as the request names it: an account, a connector, or `api`. Absent: it did not fail. */
  failedFor?: string;
  readonly steps: LogStep[] = [];
  readonly orderIds: string[] = [];
  readonly productSkus: string[] = [];
  /** In addition to the request's own. */
  readonly correlationIds: string[] = [];
  /** The log document was handed over, or another one counts the request; there is at most one. */
  written = false;
  private stepStartedAt = this.startedAt;

  /** @param client the address of its sender */
  constructor(
    readonly correlationId: string,
    readonly client: string,
  ) {}

  /** Records the end of a step. Its duration runs from the end of the step before, or from the start of the request. */
  step(name: string): void {
    const now = performance.now();
    this.steps.push({ step: name, duration: roundMs(now - this.stepStartedAt) });
    this.stepStartedAt = now;
  }

  /** Milliseconds since the request arrived. */
  elapsed(): number {
    return roundMs(performance.now() - this.startedAt);
  }
}

/** Rounds to a hundredth of a millisecond, as steps of a request are often shorter than one. */
function roundMs(ms: number): number {
  return Math.round(ms * 100) / 100;
}
