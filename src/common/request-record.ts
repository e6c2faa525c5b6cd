import { type LogStatus, type LogStep } from './log-sink.js';

/**
 * What the one log document of an HTTP request will say. Handlers add to it while they work; it is written when the
 * answer is out. Bodies put here are bounded on writing, but what goes in is the handler's choice: no secrets, no personal data.
 */
export class RequestRecord {
  readonly startedAt = performance.now();
  /** What was done, where the route's own `@LogAction` is not precise enough. */
  action?: string;
  /** Success below 400, error from there, pending for 202, where left out. */
  status?: LogStatus;
  connection?: string;
  /** Name of the API key that was used. */
  actor?: string;
  /** Takes the place of the allowed fields of the body. */
  request?: Readonly<Record<string, unknown>>;
  response?: Readonly<Record<string, unknown>>;
  readonly steps: LogStep[] = [];
  readonly orderIds: string[] = [];
  readonly productSkus: string[] = [];
  /** Further ones than the request's own. */
  readonly correlationIds: string[] = [];
  /** The log document is under way; there is one at most. */
  written = false;
  private stepStartedAt = this.startedAt;

  constructor(readonly correlationId: string) {}

  /** Notes that a step is done. Its duration runs from the end of the step before, or from the start of the request. */
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

/** Milliseconds to a hundredth: steps of a request are often shorter than one. */
function roundMs(ms: number): number {
  return Math.round(ms * 100) / 100;
}
