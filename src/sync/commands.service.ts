import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { currentContext, withContext } from '../common/context.js';
import { ProblemError } from '../common/errors.js';
import { timeOrderedId } from '../common/ids.js';
import { underLease } from '../common/lease.js';
import { ConnectionsService } from '../connectors/connections.service.js';
import { HintsService } from '../queues/hints.service.js';
import { type JobOutcome } from '../queues/job-outcome.js';
import { CommandRunner } from './command-runner.service.js';
import { commandIdOf, CommandsRepository } from './commands.repository.js';
import { RemedyService } from './remedy.service.js';
import { type CommandAnswer, type StockChange, type StockCommand } from './schemas.js';

/** How long a caller is kept waiting before it is given an address to ask at, in milliseconds. */
const PATIENCE_MS = 8_000;
const BUSY_AGAIN_MS = 50;

/** Changes of stock that somebody asks for: each is stored, carried out once, and answered the same however often it is sent. */
@Injectable()
export class CommandsService {
  constructor(
    private readonly repository: CommandsRepository,
    private readonly runner: CommandRunner,
    private readonly connections: ConnectionsService,
    private readonly remedies: RemedyService,
    private readonly hints: HintsService,
  ) {}

  /**
   * Carries out a change. The answer is 202 with an address when it cannot be finished now; it goes on by itself.
   * @throws ProblemError 422 when the key was used before with another body
   */
  async submit(change: StockChange, idempotencyKey: string | undefined): Promise<CommandAnswer> {
    const { actor = 'anonymous', correlationIds } = currentContext();
    const id = commandIdOf(actor, idempotencyKey ?? timeOrderedId());
    const bodyHash = createHash('sha256').update(JSON.stringify(change)).digest('base64url');
    const stored = await this.repository.store({ _id: id, actor, bodyHash, change, correlationId: correlationIds[0] });
    if (stored.bodyHash !== bodyHash) {
      throw new ProblemError(
        422,
        'idempotency-key-reused',
        'The Idempotency-Key was used before',
        'It was used with another body; use a new key for a new change',
      );
    }
    if (stored.answer) return stored.answer;
    const answer = await withPatience(this.workUntilAnswered(id));
    return answer ?? { status: 202, body: { commandId: id, status: 'pending', href: `/commands/${id}` } };
  }

  async find(id: string): Promise<StockCommand | null> {
    return this.repository.find(id);
  }

  /** Goes on with a command that is not finished. */
  async work(id: string): Promise<JobOutcome> {
    const command = await this.repository.find(id);
    if (!command || command.answer) return { action: 'command.checked', status: 'success', response: { open: false } };
    const { change } = command;
    const context = {
      productSkus: [change.sku],
      orderIds: change.orderId === undefined ? [] : [change.orderId],
      actor: command.actor,
      correlationIds: knownIds(command.correlationId),
    };
    return withContext(context, async () => {
      const leases = {
        claim: (owner: string, until: Date) => this.repository.claim(id, owner, until),
        unclaim: (owner: string) => this.repository.unclaim(id, owner),
      };
      const action = `stock.${change.kind}`;
      try {
        const answer = await underLease(leases, () => this.carryOn(id, command));
        return answer
          ? { action, status: answer.status < 400 ? 'success' : 'error', response: { status: answer.status } }
          : { action, status: 'pending', response: { busy: true } };
      } catch (error) {
        const erp = this.connections.erp()?.connection.id ?? 'ledger';
        const verdict = await this.remedies.decide(erp, error, command.finish.attempts);
        await this.repository.finish.postpone(id, command.finish.wanted, verdict.due, verdict.reason, verdict.blamed);
        return { action, status: 'error', response: { waiting: verdict.reason, nextTry: verdict.due.toISOString() } };
      }
    });
  }

  /** Whoever had the lease before may have gone on with it, or answered it, since it was read. */
  private async carryOn(id: string, read: StockCommand): Promise<CommandAnswer> {
    const command = (await this.repository.find(id)) ?? read;
    return command.answer ?? this.runner.run(command);
  }

  /** Null: it could not be finished at once; the worker goes on with it. What somebody else is working on is waited for. */
  private async workUntilAnswered(id: string): Promise<CommandAnswer | null> {
    for (const giveUpAt = Date.now() + PATIENCE_MS; ; await sleep(BUSY_AGAIN_MS)) {
      const outcome = await this.work(id);
      const after = await this.repository.find(id);
      if (after?.answer) return after.answer;
      if (outcome.status === 'pending' && Date.now() < giveUpAt) continue;
      this.hints.send('commands', { commandId: id }, 1_000);
      return null;
    }
  }
}

/** What asked for it first: a job that the sweeper asked for knows nothing of it. */
function knownIds(correlationId: string | undefined): readonly string[] {
  return correlationId === undefined ? currentContext().correlationIds : [correlationId];
}

async function withPatience<T>(work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, enough]);
  } finally {
    clearTimeout(timer);
  }
}
