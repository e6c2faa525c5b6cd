import { type Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { currentContext } from '../../common/context.js';
import { ConflictError, NotFoundError } from '../../common/errors.js';
import { underLease } from '../../common/lease.js';
import { checkIdempotencyKey, idFromKey, KeyReusedError } from '../../commands/idempotency-key.js';
import { withDeadline } from '../../common/deadline.js';
import { JobQueue } from '../../queues/job-queue.service.js';
import { ChunksRepository } from './chunks.repository.js';
import { ImportIntake } from './import-intake.service.js';
import { ImportLines, type LinesWanted } from './import-lines.service.js';
import { type StockImport } from './import.schema.js';
import { type ImportOptions } from './import.types.js';
import { warningView, type ImportView } from './import.view.js';
import { ImportWorker } from './import-worker.service.js';
import { ImportsRepository } from './imports.repository.js';

/** How long a caller waits before it receives an address to ask at, in milliseconds. */
const PATIENCE_MS = 8_000;
const BUSY_AGAIN_MS = 100;
const MAX_ERRORS = 100;

/** Stock files: each is applied once, however often it is sent under one key. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly imports: ImportsRepository,
    private readonly chunks: ChunksRepository,
    private readonly intake: ImportIntake,
    private readonly worker: ImportWorker,
    private readonly lines: ImportLines,
    private readonly jobQueue: JobQueue,
  ) {}

  /**
   * Receives a file and applies it. It continues by itself if it is not finished when this answers.
   * @returns the id of the import
   * @throws KeyReusedError when the key was used before with another file
   * @throws RepeatedDeltasError when an earlier file has the same bytes, with delta lines
   * @throws ConflictError when a file with the same key is still being received
   */
  async submit(body: Readable, options: ImportOptions, idempotencyKey: string | undefined): Promise<string> {
    checkIdempotencyKey(idempotencyKey);
    const { actor = 'anonymous', correlationIds } = currentContext();
    const _id = idFromKey('imp', actor, idempotencyKey);
    const known = idempotencyKey === undefined ? null : await this.imports.find(_id);
    const begun = known ? null : await this.imports.begin({ _id, actor, options, correlationId: correlationIds[0] });
    if (begun) await this.receive(begun, body);
    else await this.recognise(known ?? (await this.require(_id)), options, body);
    await withDeadline(this.carryOut(_id), PATIENCE_MS, () => null);
    return _id;
  }

  /** @throws NotFoundError */
  async view(id: string, wanted: LinesWanted): Promise<ImportView> {
    const found = await this.require(id);
    const { state, options, createdAt, finishedAt, lines = 0, chunks, checked, applied, work } = found;
    const share = (done: number) => (chunks ? Math.round((Math.min(done, chunks) / chunks) * 1_000) / 1_000 : 0);
    const [counts, errors, page] = await Promise.all([
      this.chunks.counts(found),
      this.lines.errors(found, MAX_ERRORS, wanted.language),
      this.lines.page(found, wanted),
    ]);
    return {
      importId: id,
      state,
      dryRun: options.dryRun,
      href: `/stock/imports/${id}`,
      createdAt,
      ...(finishedAt && { finishedAt }),
      ...(work.error !== undefined && { waiting: work.error }),
      ...(options.dryRun &&
        found.unversioned && { warnings: [warningView({ code: 'imports.no_version' }, wanted.language)] }),
      progress: { lines, checked: share(checked), applied: share(applied) },
      counts,
      errors,
      lines: page,
    };
  }

  private async receive(begun: StockImport, body: Readable): Promise<void> {
    const done = await underLease(this.imports.leases.of(begun._id), async () => {
      await this.intake.receive(begun, body);
      return true;
    });
    if (done === null) throw stillReceived(begun._id);
  }

  /** It was sent before, so only its hash is compared. */
  private async recognise(known: StockImport, options: ImportOptions, body: Readable): Promise<void> {
    if (known.bodyHash === undefined) throw stillReceived(known._id);
    if ((await this.intake.hash(options, body)) !== known.bodyHash) throw new KeyReusedError();
  }

  /** Waits for an import that another process works on. */
  private async carryOut(id: string): Promise<void> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    let outcome = await this.worker.work(id);
    while (outcome.status === 'pending' && Date.now() < giveUpAt) {
      await sleep(BUSY_AGAIN_MS);
      outcome = await this.worker.work(id);
    }
    if (outcome.status !== 'success') this.jobQueue.send('imports', [id], 1_000);
  }

  private async require(id: string): Promise<StockImport> {
    const found = await this.imports.find(id);
    if (!found) throw new NotFoundError('problems.not-found.import', { id: id.slice(0, 60) });
    return found;
  }
}

function stillReceived(id: string): ConflictError {
  return new ConflictError('problems.import-under-way.detail', {}, { importId: id });
}
