import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PeriodicTask } from '../../common/periodic-task.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { PumpWakeups } from '../../publishing/pump-wakeups.service.js';
import { BrakedEntries } from './braked-entries.repository.js';
import { BrakeStates } from '../../publishing/brake/brake-states.service.js';
import { ErpBrake } from './erp-brake.service.js';
import { type OpenScan } from '../../connections/connection-brakes.repository.js';
import { Scans } from './scans.service.js';

/** The scan of all marked entries: a round over an ERP, or over a newly mapped warehouse. */
const MARKED = 'marked';
/** How soon another process's scan is noticed. */
const FRESH_MS = 1_000;
const LOOK_MS = { while: 500, otherwise: 30_000 };
/**
 * A round that does not finish, because the ERP is unreachable, is judged after this time by the entries
 * read so far; in milliseconds.
 */
const LONGEST_MS = 15 * 60_000;
/** Another process's scan without deferred changes for this long counts as abandoned. */
const FORGOTTEN_MS = 60 * 60_000;

/** Notices when a full scan of marked entries has ended, and repairs a brake that a dead process left. */
@Injectable()
export class MarkedScan implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private known: { at: number; open: Promise<OpenScan[]> } | null = null;
  private healedAt = 0;
  private readonly task = new PeriodicTask(async () => ((await this.look()) ? LOOK_MS.while : undefined), {
    everyMs: LOOK_MS.otherwise,
    logger: new Logger('MarkedScan'),
    failure: 'the scans were not checked',
    byWorkersOnly: true,
    level: 'debug',
  });

  constructor(
    private readonly brake: ErpBrake,
    private readonly scans: Scans,
    private readonly entries: BrakedEntries,
    private readonly states: BrakeStates,
    private readonly connections: ConnectionsService,
    private readonly pumps: PumpWakeups,
  ) {}

  onApplicationBootstrap(): void {
    this.scans.onBegun = () => this.task.soon(LOOK_MS.while);
    this.task.start(LOOK_MS.while);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** Call it before marking very many entries of an ERP: their large changes are judged together. */
  async begin(master: string): Promise<void> {
    await this.brake.begin(master, MARKED);
    this.known = null;
  }

  /** The scan that an ERP's marked entries belong to now; undefined: none is in progress. */
  async of(master: string): Promise<string | undefined> {
    const open = await this.open();
    if (open.length > 0) this.task.soon(LOOK_MS.while);
    return open.find((scan) => scan.master === master && scan.name === MARKED)?.name;
  }

  /** Ends finished scans. Gives back whether one is still in progress. */
  async look(now = new Date()): Promise<boolean> {
    const open = await this.scans.open();
    let left = 0;
    for (const scan of open) {
      if (await this.isOver(scan, now)) await this.brake.end(scan.master, scan.name, scan.since);
      else left += 1;
    }
    if (now.getTime() - this.healedAt >= LOOK_MS.otherwise) await this.heal(open, now);
    return left > 0;
  }

  private async isOver({ master, name, begun, since }: OpenScan, now: Date): Promise<boolean> {
    if (name !== MARKED) return now.getTime() - since.getTime() > FORGOTTEN_MS;
    return now.getTime() - begun.getTime() > LONGEST_MS || !(await this.entries.isUnread(master, since));
  }

  /**
   * Repairs changes deferred for a scan that has ended, brakes that were never released, and held changes whose brake
   * another process released because it saw them deferred.
   */
  private async heal(open: readonly OpenScan[], now: Date): Promise<void> {
    this.healedAt = now.getTime();
    for (const { connection } of this.connections.erps()) {
      const names = new Set((await this.entries.held(connection.id)).map(({ held }) => held?.scan));
      for (const name of names)
        if (name !== undefined && !open.some((scan) => scan.master === connection.id && scan.name === name))
          await this.brake.end(connection.id, name);
      if (names.has(undefined)) await this.brake.review(connection.id);
    }
    for (const id of await this.states.on()) {
      if (this.connections.channel(id)) this.pumps.wake([id]);
      else await this.brake.review(id);
    }
  }

  private open(): Promise<OpenScan[]> {
    if (this.known && Date.now() - this.known.at < FRESH_MS) return this.known.open;
    const open = this.scans.open();
    this.known = { at: Date.now(), open };
    open.catch(() => (this.known = null));
    return open;
  }
}
