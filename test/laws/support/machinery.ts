import { openMark, requestAgain } from '../../../src/common/mongo/mark.js';
import { DEFAULT_SELLING, type Connection } from '../../../src/connectors/contract.js';
import { type Role } from '../../../src/config/role.js';
import { type JobData, type QueueName } from '../../../src/queues/queue-names.js';
import { ChannelWorld } from './channel/channel-world.js';
import { ChainWatch } from './checks/chain-watch.js';
import { PushWatch } from './checks/push-watch.js';
import { Tables } from './database/tables.js';
import { ErpWorld } from './erp/erp-world.js';
import { type Random } from './random.js';
import { startProgram, type Program, type Surroundings } from './services.js';
import { ERP, INSTALLATION, MALL, SHOP, type Scenario } from './shop/scenario.js';
import { stockUp } from './shop/stock-up.js';
import { Sweeps } from './sweeps.js';
import { Process, type Timeline } from './time/timeline.js';
import { inVirtualTime } from './time/virtual-globals.js';

const MAX_STEPS = 20_000;

/**
 * The product's processes and their surroundings: a database, an ERP, channels, a queue. It does not
 * decide what happens.
 */
export class Machinery {
  readonly tables: Tables;
  readonly erp: ErpWorld;
  readonly channels: readonly ChannelWorld[];
  readonly watch: ChainWatch;
  readonly pushWatch: PushWatch;
  /** The movements that a listener has received. */
  readonly received = new Set<string>();
  private readonly programs: Program[] = [];
  private readonly around: Surroundings;
  private readonly sweeps: Sweeps;
  private started = 0;
  private lastReceived = 0;

  constructor(
    readonly scenario: Scenario,
    readonly timeline: Timeline,
    readonly random: Random,
    onErpChange: (sku: string, ours: boolean) => void,
  ) {
    this.erp = new ErpWorld(random, `${INSTALLATION}/`, onErpChange);
    this.watch = new ChainWatch(this.erp, (place) => this.programNow()?.connector.observations.get(place));
    this.pushWatch = new PushWatch(scenario);
    this.tables = tablesOf(this.watch, this.pushWatch);
    const { pushing } = scenario;
    this.channels = pushing
      ? [SHOP, MALL].map(
          (id) =>
            new ChannelWorld(id, timeline, random, pushing, (items) => this.pushWatch.sent(id, items, this.tables)),
        )
      : [];
    this.around = {
      timeline,
      tables: this.tables,
      erp: this.erp,
      connections: [ERP, SHOP, MALL].map((id) => connectionOf(id, scenario)),
      erpConnection: connectionOf(ERP, scenario),
      warehouses: scenario.warehouses,
      channels: this.channels,
      enqueue: (name, job, delayMs) => this.enqueue(name, job, delayMs),
      onMoved: (movements) => movements.forEach((movement) => this.received.add(movement._id)),
    };
    this.sweeps = new Sweeps(this.tables, pushing !== null, timeline, (name, job) => this.enqueue(name, job, 0));
  }

  /** Starts everything, and runs until nothing is left to do. `onRest` may then add events, once. */
  async run(plan: () => void, onRest: () => void = () => undefined): Promise<void> {
    let rested = false;
    const onIdle = () => {
      if (this.sweeps.next()) return true;
      if (rested) return false;
      rested = true;
      onRest();
      return true;
    };
    await inVirtualTime(this.timeline, async () => {
      stockUp(this);
      for (const role of this.scenario.processes) this.startProcess(role);
      plan();
      await this.timeline.run(onIdle, MAX_STEPS);
    });
  }

  /** Stores a webhook and enqueues its job, as the intake does. `rearm`: identical bytes may stand for a new change. */
  receive(id: string, connection: string, intent: Readonly<Record<string, unknown>>, rearm: boolean): void {
    const { events } = this.tables;
    this.lastReceived = Math.max(this.lastReceived + 1, Math.floor(this.timeline.now));
    const receivedAt = new Date(this.lastReceived);
    const fresh = events.insert({ _id: id, connection, intent, receivedAt, repeats: 0, handle: openMark() });
    if (!fresh && rearm) events.update({ _id: id }, requestAgain('handle'));
    this.timeline.note(() => `= webhook ${id}${fresh ? '' : ' again'}`);
    if (fresh || rearm) this.enqueue('inbox', { ids: [id] }, 0);
  }

  /** Kills a process; another one starts a while later. */
  crash(): void {
    const program = this.anyAlive();
    if (!program) return;
    const { process, role } = program;
    process.alive = false;
    this.timeline.note(() => `= ${process.name} dies`);
    this.timeline.after(this.random.pick([1, 50, 2_000]), () => this.startProcess(role));
  }

  /** Stops a process for a while. */
  freeze(): void {
    const process = this.anyAlive()?.process;
    if (!process) return;
    process.frozenUntil = this.timeline.now + this.random.between(2_000, 30_000);
    this.timeline.note(() => `= ${process.name} is frozen`);
  }

  /** Lets a living process that serves requests do what a person asks for, if there is one. */
  serve(what: string, begin: (program: Program) => Promise<unknown>): void {
    this.begin(what, begin, 'worker');
  }

  private begin(what: string, begin: (program: Program) => Promise<unknown>, except: Role): void {
    const program = this.anyAlive(except);
    if (!program) return;
    this.timeline.current = program.process;
    this.timeline.note(() => what);
    begin(program).catch((error: unknown) => this.timeline.note(() => `${what} failed: ${String(error)}`));
  }

  private startProcess(role: Role): void {
    const process = new Process(`p${++this.started}`);
    this.timeline.current = process;
    this.programs.push(startProgram(process, role, this.around));
    this.timeline.current = null;
    this.timeline.note(() => `= ${process.name} starts (${role})`);
  }

  /** Without channels there are no pumps to wake. */
  private enqueue(name: QueueName, job: JobData, delayMs: number): void {
    const { random, timeline, scenario } = this;
    if ((name === 'pushes' || name === 'feeds') && scenario.pushing === null) return;
    if (random.chance(scenario.lostJobs)) return;
    timeline.after(delayMs + random.wait(1), () =>
      this.begin(`job ${name} ${JSON.stringify(job)}`, (program) => program.run(name, job), 'api'),
    );
  }

  private anyAlive(except?: Role): Program | undefined {
    const alive = this.programs.filter(({ process, role }) => process.alive && role !== except);
    return alive.length === 0 ? undefined : this.random.pick(alive);
  }

  private programNow(): Program | undefined {
    return this.programs.find(({ process }) => process === this.timeline.current);
  }
}

function tablesOf(watch: ChainWatch, pushWatch: PushWatch): Tables {
  return new Tables({
    StockEntry: { onVersion: (entry) => pushWatch.entry(entry) },
    Listing: { onVersion: (listing) => pushWatch.listing(listing) },
    StockMovement: {
      uniqueOn: ({ entry, key }) => `${String(entry)}\n${String(key)}`,
      onInsert: (movement) => watch.inserted(movement),
    },
  });
}

function connectionOf(id: string, { selling }: Scenario): Connection {
  const rules = id === SHOP ? selling : DEFAULT_SELLING;
  return {
    id,
    connector: id,
    publishing: 'live',
    installation: INSTALLATION,
    selling: rules,
    warehouses: [],
    settings: {},
  };
}
