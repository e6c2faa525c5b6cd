import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { checkpoint } from '../common/checkpoint.js';
import { currentContext, withContext } from '../common/context.js';
import { underLease } from '../common/lease.js';
import { JobQueue } from '../queues/job-queue.service.js';
import { JobHandler } from '../queues/job-handler.decorator.js';
import { type JobOutcome } from '../queues/job-outcome.js';
import { FailurePolicy } from '../outages/failure-policy.service.js';
import { CommandRunner } from './command-runner.service.js';
import { type StockCommand } from './command.schema.js';
import { masterOf, skusOf, type CommandAnswer, type StockChange } from './command.types.js';
import { CommandsRepository } from './commands.repository.js';
import { NOT_LIVE } from './erp-gateway.service.js';
import { checkIdempotencyKey, idFromKey, KeyReusedError } from './idempotency-key.js';
import { isOutage } from '../common/mongo/database-away.js';
import { withDeadline } from '../common/deadline.js';

/** How long a caller waits before it receives an address to ask at, in milliseconds. */
const PATIENCE_MS = 8_000;
const BUSY_AGAIN_MS = 50;

/** Requested changes of stock: each is stored, applied once, and answered the same however often it is sent. */
@Injectable()
export class CommandsService implements OnApplicationBootstrap {
  constructor(
    private readonly repository: CommandsRepository,
    private readonly runner: CommandRunner,
    private readonly failures: FailurePolicy,
    private readonly jobQueue: JobQueue,
  ) {}

  /** An ERP may have been taken live while no process was running. */
  onApplicationBootstrap(): Promise<void> {
    return this.takeUpHeld();
  }

  /** Retries commands that waited because their ERP was in shadow. */
  takeUpHeld(): Promise<void> {
    return this.repository.finish.wake(NOT_LIVE);
  }

  /**
   * Applies a request. The answer is 202 with an address when it cannot be finished now; the command then
   * continues by itself.
   * @param asked the caller's request: the same request again is the same command
   * @param plan decides about the request; called only when the command is new
   * @throws InvalidInputError for a malformed key
   * @throws KeyReusedError when the key was used before with another body
   */
  async submit(
    asked: object,
    plan: () => Promise<StockChange>,
    idempotencyKey: string | undefined,
  ): Promise<CommandAnswer> {
    checkIdempotencyKey(idempotencyKey);
    const { actor = 'anonymous', correlationIds } = currentContext();
    const id = idFromKey('cmd', actor, idempotencyKey);
    const bodyHash = createHash('sha256').update(JSON.stringify(asked)).digest('base64url');
    const known = idempotencyKey === undefined ? null : await this.repository.find(id);
    const stored =
      known ??
      (await this.repository.store({
        _id: id,
        actor,
        bodyHash,
        change: await plan(),
        correlationId: correlationIds[0],
      }));
    if (stored.bodyHash !== bodyHash) throw new KeyReusedError();
    checkpoint('command.stored');
    if (stored.answer) return stored.answer;
    // It is stored, and will be done, also when the database goes away now.
    const working = this.workUntilAnswered(id).catch((error: unknown) => {
      if (!isOutage(error)) throw error;
      return null;
    });
    const answer = await withDeadline(working, PATIENCE_MS, () => null);
    return answer ?? { status: 202, body: { commandId: id, status: 'pending', href: `/commands/${id}` } };
  }

  async find(id: string): Promise<StockCommand | null> {
    return this.repository.find(id);
  }

  /** Continues an unfinished command. */
  @JobHandler('commands')
  async work(id: string): Promise<JobOutcome> {
    const command = await this.repository.find(id);
    if (!command || command.answer) return { action: 'command.checked', status: 'success', response: { open: false } };
    const { change } = command;
    const context = {
      productSkus: skusOf(change),
      orderIds: 'orderId' in change && change.orderId !== undefined ? [change.orderId] : [],
      actor: command.actor,
      correlationIds: knownIds(command.correlationId),
    };
    return withContext(context, async () => {
      const action = `stock.${change.kind}`;
      try {
        const answer = await underLease(this.repository.leases.of(id), () => this.carryOn(id, command));
        return answer
          ? { action, status: answer.status < 400 ? 'success' : 'error', response: { status: answer.status } }
          : { action, status: 'pending', response: { busy: true } };
      } catch (error) {
        const verdict = await this.failures.decide(masterOf(change), error, command.finish.attempts);
        await this.repository.finish.postpone(
          id,
          command.finish.requested,
          verdict.due,
          verdict.reason,
          verdict.countsAsAttempt,
        );
        return { action, status: 'error', response: { waiting: verdict.reason, nextTry: verdict.due.toISOString() } };
      }
    });
  }

  /** The previous holder of the lease may have advanced or answered it since it was read. */
  private async carryOn(id: string, read: StockCommand): Promise<CommandAnswer> {
    const command = (await this.repository.find(id)) ?? read;
    return command.answer ?? this.runner.run(command);
  }

  /**
   * Null: it could not be finished at once; the worker continues. A command that another process works on
   * is awaited.
   */
  private async workUntilAnswered(id: string): Promise<CommandAnswer | null> {
    for (const giveUpAt = Date.now() + PATIENCE_MS; ; await sleep(BUSY_AGAIN_MS)) {
      const outcome = await this.work(id);
      const after = await this.repository.find(id);
      if (after?.answer) return after.answer;
      if (outcome.status === 'pending' && Date.now() < giveUpAt) continue;
      this.jobQueue.send('commands', [id], 1_000);
      return null;
    }
  }
}

/** The request's own context, which a job of the sweeper does not have. */
function knownIds(correlationId: string | undefined): readonly string[] {
  return correlationId === undefined ? currentContext().correlationIds : [correlationId];
}
