import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { checkpoint } from '../common/checkpoint.js';
import { answer, compose, type Composed, type Waiting } from './compose.js';
import { entryId, keyOf } from './entry-id.js';
import { EntryQueues } from './entry-queues.js';
import { type Balance, type Movement, type Run } from './ledger.types.js';
import { MovementsRepository } from './movements.repository.js';
import { checkMaster } from './operations/master.js';
import { checkCommand } from './operations/operations.js';
import { ProjectionService } from './projection.service.js';

const WINDOW_MS = 2;
/**
 * The pause of an entry after a failed attempt: random, up to a bound that doubles from `first` to `most`,
 * in milliseconds.
 */
const BACK_MS = { first: 4, most: 100 } as const;
const GROUP = { entries: 200, runs: 500 };
/** Groups in flight at once. At this number the next group gathers, so that groups grow with the load. */
const MAX_FLIGHTS = 4;

/** One entry's part of a group. `sure`: its tip was read from the chain, not taken from the cache. */
interface Part {
  readonly entry: string;
  readonly runs: readonly Waiting[];
  readonly composed: Composed;
  readonly sure: boolean;
}

/**
 * The stock ledger. A command is done when its movement is inserted: that insert checks its seq, commits
 * it and finds repeats. Commands that arrive within a few milliseconds are inserted together. Each entry
 * is written by one group at a time.
 */
@Injectable()
export class LedgerService implements BeforeApplicationShutdown {
  private readonly queues = new EntryQueues();
  private flights = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly repository: MovementsRepository,
    private readonly projection: ProjectionService,
  ) {}

  /**
   * Appends the commands of one entry. Gives back the movement of each; a key that was used before gives
   * back its first movement.
   * @throws InsufficientStockError when a guarded command asks for more than is available; the commands
   * before it stand, unless the run is all or none
   * @throws QuantityMovedError when a command is meant for another quantity than the entry has
   * @throws StaleObservationError when the entry changed since `observedFrom`; nothing was appended by
   * this call
   * @throws InvalidMovementError when a command has no meaning; nothing was appended
   * @throws WrongMasterError when a command changes the quantity in a way that the master does not allow;
   * nothing was appended
   */
  async append(run: Run): Promise<Movement[]> {
    if (run.commands.length === 0) return [];
    run.commands.forEach(checkCommand);
    checkMaster(run);
    const entry = entryId(run.sku, run.warehouse);
    return new Promise((resolve, reject) => {
      this.queues.add({ entry, run, tries: 0, found: new Map(), resolve, reject });
      this.schedule(WINDOW_MS);
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    while (!this.queues.empty) await new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
  }

  private schedule(delayMs: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.depart();
    }, delayMs);
  }

  private depart(): void {
    while (this.flights < MAX_FLIGHTS) {
      const group = this.queues.take(GROUP);
      if (group.size === 0) return;
      this.flights += 1;
      void this.fly(group);
    }
  }

  /** One attempt for a group. Runs without an answer are retried before runs that arrived later. */
  private async fly(group: ReadonlyMap<string, Waiting[]>): Promise<void> {
    let again: Waiting[] = [];
    try {
      again = await this.attempt(group);
    } catch (error) {
      for (const { reject } of [...group.values()].flat()) reject(error);
    }
    this.flights -= 1;
    this.giveBack([...group.keys()], again);
  }

  /**
   * Overtaken entries pause before the next attempt, longer after each failure, so that processes do not
   * collide again at once.
   */
  private giveBack(entries: readonly string[], again: readonly Waiting[]): void {
    for (const waiting of again) waiting.tries += 1;
    const overtaken = new Set(again.map(({ entry }) => entry));
    this.release(
      entries.filter((entry) => !overtaken.has(entry)),
      [],
    );
    if (again.length === 0) return;
    const tries = Math.max(...again.map((waiting) => waiting.tries));
    const delayMs = tries === 1 ? 0 : Math.random() * Math.min(BACK_MS.most, BACK_MS.first * 2 ** tries);
    setTimeout(() => this.release([...overtaken], again), delayMs);
  }

  private release(entries: readonly string[], again: readonly Waiting[]): void {
    this.queues.giveBack(entries, again);
    if (this.queues.ready) this.schedule(0);
  }

  private async attempt(group: ReadonlyMap<string, Waiting[]>): Promise<Waiting[]> {
    const read = [...group].filter(
      ([entry, runs]) => runs.some(({ tries }) => tries > 0) || !this.repository.trustedHead(entry),
    );
    const heads = await this.repository.heads(read.map(([entry]) => entry));
    const parts = await Promise.all(
      inTurn(group).map(async ([entry, runs]): Promise<Part> => {
        const sure = heads.get(entry);
        const head = sure ?? this.repository.trustedHead(entry) ?? { seq: 0, quantity: 0, reserved: 0 };
        return {
          entry,
          runs,
          composed: await compose(runs, head, this.changes(entry, head)),
          sure: sure !== undefined,
        };
      }),
    );
    const appended = await this.insert(parts);
    await this.find(parts, appended);
    // A refusal computed on a cached tip is not final: the tip is read and the run retried.
    return parts.flatMap(({ runs, composed, sure }, i) =>
      answer(runs, composed, sure ? (appended[i]?.length ?? 0) : -1),
    );
  }

  /** Inserts the movements of a group. Gives back the appended movements of each part. */
  private async insert(parts: readonly Part[]): Promise<Movement[][]> {
    const chains = parts.map(({ composed }) => composed.movements);
    checkpoint('ledger.composed');
    const counts = await this.repository.insertChains(chains);
    const appended = chains.map((chain, i) => chain.slice(0, counts[i]));
    for (const [i, { entry }] of parts.entries()) {
      this.repository.noteAppended(entry, appended[i] ?? [], (counts[i] ?? 0) < (chains[i]?.length ?? 0));
    }
    checkpoint('ledger.appended');
    this.projection.project(appended.flat());
    return appended;
  }

  /**
   * Records which movements each run has. A key whose movement was overtaken or refused may have been used
   * before. The lookup comes after the read of the tip, so that it finds every movement that the tip
   * includes.
   */
  private async find(parts: readonly Part[], appended: readonly Movement[][]): Promise<void> {
    const done = new Map(appended.flat().map((movement) => [keyOf(movement.entry, movement.key), movement]));
    const doubtful = parts.flatMap(({ composed }, i) => [
      ...composed.movements.slice(appended[i]?.length),
      ...[...composed.refused.keys()].flatMap(keysOf).filter(({ entry, key }) => !done.has(keyOf(entry, key))),
    ]);
    const earlier = await this.repository.byKeys(doubtful);
    for (const { entry, run, found } of parts.flatMap(({ runs }) => runs)) {
      for (const { key } of run.commands) {
        const movement = done.get(keyOf(entry, key)) ?? earlier.get(keyOf(entry, key));
        if (movement) found.set(key, movement);
      }
    }
  }

  /** Whether anything but reserves follows a seq. */
  private changes(entry: string, head: Balance): (seq: number) => Promise<boolean> {
    return (seq) => (head.seq > seq ? this.repository.changedSince(entry, seq) : Promise.resolve(false));
  }
}

/** Ordered by id, so that processes that write the same entries cannot block each other in a cycle. */
function inTurn(group: ReadonlyMap<string, Waiting[]>): [string, Waiting[]][] {
  return [...group].sort(([a], [b]) => (a < b ? -1 : 1));
}

function keysOf({ entry, run }: Waiting): { entry: string; key: string }[] {
  return run.commands.map(({ key }) => ({ entry, key }));
}
