import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { groupBy } from '../common/collections.js';
import { checkpoint } from '../common/checkpoint.js';
import { entryId } from './entry-id.js';
import { compose, type Composed, type Waiting } from './compose.js';
import { type Movement, type Run } from './ledger.types.js';
import { keyOf, MovementsRepository } from './movements.repository.js';
import { checkMaster } from './operations/master.js';
import { checkCommand } from './operations/operations.js';
import { ProjectionService } from './projection.service.js';

const WINDOW_MS = 2;
const MAX_ENTRIES = 200;
const MAX_RUNS_OF_ENTRY = 200;

/**
 * The stock ledger. A command is done when its movement is inserted: that one insert checks its place, commits it and finds repeats.
 * What arrives within a few milliseconds is inserted together; an entry is written by one group at a time.
 */
@Injectable()
export class LedgerService implements BeforeApplicationShutdown {
  private readonly waiting = new Map<string, Waiting[]>();
  private readonly busy = new Set<string>();
  private readonly flights = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly repository: MovementsRepository,
    private readonly projection: ProjectionService,
  ) {}

  /**
   * Appends the commands of one entry. Gives back the movement of each; a key that was used before gives back its first movement.
   * @throws InsufficientStockError when a guarded command asks for more than is available; the commands before it stand, unless the run is
   * all or none
   * @throws StaleObservationError when the entry changed since `observedFrom`; nothing was appended by this call
   * @throws InvalidMovementError when a command has no meaning; nothing was appended
   * @throws WrongMasterError when a command changes the quantity in a way that the master does not allow; nothing was appended
   */
  async append(run: Run): Promise<Movement[]> {
    if (run.commands.length === 0) return [];
    run.commands.forEach(checkCommand);
    checkMaster(run);
    const entry = entryId(run.sku, run.warehouse);
    return new Promise((resolve, reject) => {
      const queue = this.waiting.get(entry) ?? [];
      queue.push({ entry, run, resolve, reject });
      this.waiting.set(entry, queue);
      this.schedule();
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    while (this.flights.size > 0 || this.waiting.size > 0) {
      await Promise.all(this.flights);
      await new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
    }
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.depart();
    }, WINDOW_MS);
  }

  private depart(): void {
    const group = new Map<string, Waiting[]>();
    for (const [entry, queue] of this.waiting) {
      if (group.size === MAX_ENTRIES) break;
      if (this.busy.has(entry)) continue;
      group.set(entry, queue.splice(0, MAX_RUNS_OF_ENTRY));
      if (queue.length === 0) this.waiting.delete(entry);
      this.busy.add(entry);
    }
    if (group.size === 0) return;
    const flight = this.fly(group).finally(() => {
      for (const entry of group.keys()) this.busy.delete(entry);
      this.flights.delete(flight);
      if (this.waiting.size > 0) this.schedule();
    });
    this.flights.add(flight);
    if (this.waiting.size > 0) this.schedule();
  }

  /** Appends a group, again and again for what found its place taken, until every caller has its answer. */
  private async fly(group: Map<string, Waiting[]>): Promise<void> {
    let open = [...group.values()].flat();
    try {
      for (let again = false; open.length > 0; again = true) open = await this.round(open, again);
    } catch (error) {
      for (const { reject } of open) reject(error);
    }
  }

  /**
   * One attempt. Gives back those that have to be computed again. `again`: something was refused before, so that every key is looked up
   * first; a key that was used before would else stop the others of its run for ever.
   */
  private async round(open: readonly Waiting[], again: boolean): Promise<Waiting[]> {
    const byEntry = groupBy(open, (waiting) => waiting.entry);
    const heads = await this.repository.heads([...byEntry.keys()]);
    const known = await this.repository.byKeys(
      open.flatMap(({ entry, run }) => (again || needsLookup(run) ? run.commands.map(({ key }) => ({ entry, key })) : [])),
    );
    const composed = new Map<string, Composed>();
    for (const [entry, queue] of byEntry) {
      const head = heads.get(entry) ?? { place: 0, quantity: 0, reserved: 0 };
      const changedSince = (place: number) => (head.place > place ? this.repository.changedSince(entry, place) : Promise.resolve(false));
      composed.set(entry, await compose(queue, head, known, changedSince));
    }
    const appended = await this.insert([...composed.values()].map((c) => c.movements));
    checkpoint('ledger.appended');
    this.projection.project(appended);
    const done = new Map(appended.map((movement) => [keyOf(movement.entry, movement.key), movement]));
    const missing = [...composed.values()].flatMap((c) => c.movements).filter((m) => !done.has(keyOf(m.entry, m.key)));
    const earlier = await this.repository.byKeys(missing);
    const find = (entry: string, key: string) =>
      done.get(keyOf(entry, key)) ?? earlier.get(keyOf(entry, key)) ?? known.get(keyOf(entry, key));
    return [...composed.values()].flatMap((c) =>
      c.answer(find, c.movements.filter((movement) => done.has(keyOf(movement.entry, movement.key))).length),
    );
  }

  /** Inserts the chains of a group. Gives back what was appended. */
  private async insert(chains: readonly (readonly Movement[])[]): Promise<Movement[]> {
    const singles = chains.filter((chain) => chain.length === 1).flat();
    const longer = chains.filter((chain) => chain.length > 1);
    const [taken, ...counts] = await Promise.all([
      this.repository.insertSingles(singles),
      ...longer.map((chain) => this.repository.insertChain(chain)),
    ]);
    const appended = [...singles.filter((_, position) => !taken.has(position)), ...longer.flatMap((chain, i) => chain.slice(0, counts[i]))];
    for (const movement of appended) this.repository.noteHead(movement.entry, movement.place);
    return appended;
  }
}

/** A refusal by guard or observation must not hide that the key was used before; what is only inserted is found by the insert. */
function needsLookup(run: Run): boolean {
  return run.observedFrom !== undefined || run.commands.some((command) => 'guarded' in command && command.guarded);
}
