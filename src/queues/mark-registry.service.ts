import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { InjectConnection } from '@nestjs/mongoose';
import { type Connection } from 'mongoose';
import { markKind, markSourcesOf, unsweptMarks, type MarkSource } from '../common/mongo/mark-sources.js';
import { JobQueue } from './job-queue.service.js';
import { isQueueName } from './queue-names.js';

/** Marks that the sweeper would never find. */
export class UnsweptMarkError extends Error {
  constructor(kinds: readonly string[]) {
    super(`No source of marks is known for: ${kinds.join(', ')}`);
    this.name = 'UnsweptMarkError';
  }
}

/** Marks that name a queue that does not exist. */
export class UnknownQueueError extends Error {
  constructor(source: MarkSource, queue: string) {
    super(`${markKind(source)} is served by a queue that does not exist: ${queue}`);
    this.name = 'UnknownQueueError';
  }
}

/**
 * Every kind of mark: the sweeper goes through them, and `/tasks` shows them. Providers declare their own
 * with `@SweptMarks`.
 */
@Injectable()
export class MarkRegistry implements OnApplicationBootstrap {
  private known: readonly MarkSource[] | null = null;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly jobQueue: JobQueue,
    @InjectConnection() private readonly database: Connection,
  ) {}

  get all(): readonly MarkSource[] {
    this.known ??= this.discover();
    return this.known;
  }

  /** @throws UnsweptMarkError when a mark has an index for the sweeper and no source */
  onApplicationBootstrap(): void {
    for (const source of this.all)
      if (typeof source.wake === 'string' && !isQueueName(source.wake))
        throw new UnknownQueueError(source, source.wake);
    const indexed = Object.values(this.database.models).map((model) => ({
      collection: model.collection.name,
      keys: model.schema.indexes().flatMap(([key]) => Object.keys(key)),
    }));
    const unswept = unsweptMarks(indexed, this.all);
    if (unswept.length > 0) throw new UnsweptMarkError(unswept);
  }

  /** Wakes the work on these documents now. False: a later round of the sweeper does it. */
  async wake({ wake, idsOf }: MarkSource, ids: string[]): Promise<boolean> {
    if (typeof wake === 'function') {
      wake(ids);
      return true;
    }
    if (!isQueueName(wake)) return false;
    return this.jobQueue.enqueue(wake, [{ ids: idsOf ? idsOf(ids) : ids }]);
  }

  /**
   * A module that imports the feature of another may hold a second instance of its repository. One source
   * for each kind is enough.
   */
  private discover(): MarkSource[] {
    const found = new Map<string, MarkSource>();
    for (const { instance } of this.discovery.getProviders()) {
      if (typeof instance !== 'object' || instance === null) continue;
      for (const source of markSourcesOf(instance as object)) found.set(markKind(source), source);
    }
    return [...found.values()].sort((a, b) => (markKind(a) < markKind(b) ? -1 : 1));
  }
}
