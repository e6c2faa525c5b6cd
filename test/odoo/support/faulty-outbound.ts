import { NoAnswerError, OutboundService } from '../../../src/common/http/outbound.service.js';

/** The outbound HTTP client, which a test can cut at one call: before it is sent, or after it took effect. */
export class FaultyOutbound extends OutboundService {
  private plan: { readonly at: number; readonly when: 'before' | 'after' } | null = null;
  /** Calls since the last `cut`. */
  sent = 0;
  private watcher: ((action: string) => Promise<void>) | null = null;

  cut(at: number, when: 'before' | 'after'): void {
    this.plan = { at, when };
    this.sent = 0;
  }

  mend(): void {
    this.plan = null;
    this.watcher = null;
    this.sent = 0;
  }

  /** Runs `work` before each call. */
  beforeEach(work: (action: string) => Promise<void>): void {
    this.watcher = work;
  }

  override async send(...args: Parameters<OutboundService['send']>): ReturnType<OutboundService['send']> {
    const number = ++this.sent;
    await this.watcher?.(args[0].action);
    if (this.plan?.at === number && this.plan.when === 'before')
      throw new NoAnswerError('network', false, 'cut before the call');
    const answer = await super.send(...args);
    if (this.plan?.at === number) throw new NoAnswerError('timeout', true, 'cut after the call');
    return answer;
  }
}
