import { openMark, wantAgain } from '../../../src/common/mongo/mark.js';
import { DEFAULT_SELLING, type Connection } from '../../../src/connectors/contract.js';
import { type JobData, type QueueName } from '../../../src/queues/queue-names.js';
import { ChainWatch } from './checks/chain-watch.js';
import { ChannelWorld } from './channel/channel-world.js';
import { finalFaults } from './checks/final.js';
import { Tables } from './database/tables.js';
import { ErpWorld } from './erp/erp-world.js';
import { Happenings } from './happenings.js';
import { Handwork } from './handwork.js';
import { Random } from './random.js';
import { startProgram, type Program, type Surroundings } from './services.js';
import { type PlatformOrder } from './shop/platform.js';
import { drawScenario, ERP, INSTALLATION, MALL, SHOP, type Scenario } from './shop/scenario.js';
import { stockUp } from './shop/stock-up.js';
import { Sweeps } from './sweeps.js';
import { Process, Timeline } from './time/timeline.js';
import { inVirtualTime } from './time/virtual-globals.js';
import { Weather } from './time/weather.js';

const MAX_STEPS = 20_000;

export interface Outcome {
  readonly seed: number;
  readonly scenario: Scenario;
  /** What is wrong; empty: nothing. */
  readonly faults: readonly string[];
  readonly trace: readonly string[];
  readonly steps: number;
}

/** One run: a shop, an ERP with people in it, and one or two processes of the product, all decided by the seed. */
export class Simulation {
  readonly timeline: Timeline;
  readonly tables: Tables;
  readonly erp: ErpWorld;
  readonly scenario: Scenario;
  readonly happenings: Happenings;
  readonly channels: readonly ChannelWorld[];
  /** The movements that somebody was told of. */
  readonly told = new Set<string>();
  readonly watch: ChainWatch;
  private readonly random: Random;
  private readonly programs: Program[] = [];
  private readonly around: Surroundings;
  private readonly sweeps: Sweeps;
  private readonly handwork: Handwork;
  private started = 0;
  private lastReceived = 0;
  private ended = false;

  constructor(
    private readonly seed: number,
    traced: boolean,
  ) {
    this.random = new Random(seed);
    this.timeline = new Timeline(new Random(seed ^ 0x5eed), new Weather(this.random), traced);
    this.scenario = drawScenario(this.random);
    this.erp = new ErpWorld(this.random, `${INSTALLATION}/`, (sku, ours) => this.happenings.erpChanged(sku, ours));
    this.watch = new ChainWatch(this.erp, (place) => this.programNow()?.connector.looks.get(place));
    this.tables = tablesOf(this.watch);
    this.happenings = new Happenings({
      timeline: this.timeline,
      random: this.random,
      scenario: this.scenario,
      erp: this.erp,
      receive: (...webhook) => this.receive(...webhook),
      crash: () => this.crash(),
      freeze: () => this.freeze(),
      sold: (sku, units) => this.channels.find(({ id }) => id === SHOP)?.sold(sku, units),
      handle: (order) => this.handle(order),
    });
    const connections = [ERP, SHOP, MALL].map((id) => connectionOf(id, this.scenario));
    this.channels = channelsOf(this.scenario, this.timeline, this.random);
    this.around = {
      timeline: this.timeline,
      tables: this.tables,
      erp: this.erp,
      connections,
      erpConnection: connectionOf(ERP, this.scenario),
      warehouses: this.scenario.warehouses,
      channels: this.channels,
      hint: (name, job, delayMs) => this.hint(name, job, delayMs),
      onMoved: (movements) => movements.forEach((movement) => this.told.add(movement._id)),
    };
    this.sweeps = new Sweeps(this.tables, this.scenario.telling !== null, this.timeline, (name, job) => this.hint(name, job, 0));
    this.handwork = new Handwork(this.timeline, this.random, this.tables);
  }

  run(): Promise<Outcome> {
    return inVirtualTime(this.timeline, async () => {
      const faults: string[] = [];
      try {
        stockUp(this);
        for (let i = 0; i < this.scenario.processes; i++) this.startProcess();
        this.happenings.plan();
        await this.timeline.run(() => this.idle(), MAX_STEPS);
        faults.push(...finalFaults(this));
      } catch (error) {
        faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
      }
      const { seed, scenario, timeline } = this;
      return { seed, scenario, faults: [...this.watch.faults, ...faults], trace: timeline.trace ?? [], steps: timeline.steps };
    });
  }

  /** Stored, and a hint given, as the intake does. */
  private receive(id: string, connection: string, hint: Readonly<Record<string, unknown>>, rearm: boolean): void {
    const { events } = this.tables;
    this.lastReceived = Math.max(this.lastReceived + 1, Math.floor(this.timeline.now));
    const receivedAt = new Date(this.lastReceived);
    const fresh = events.insert({ _id: id, connection, hint, receivedAt, repeats: 0, handle: openMark() });
    if (!fresh && rearm) events.update({ _id: id }, wantAgain('handle'));
    this.timeline.note(() => `= webhook ${id}${fresh ? '' : ' again'}`);
    if (fresh || rearm) this.hint('inbox', { eventId: id }, 0);
  }

  private startProcess(): void {
    const process = new Process(`p${++this.started}`);
    this.timeline.current = process;
    this.programs.push(startProgram(process, this.around));
    this.timeline.current = null;
    this.timeline.note(() => `= ${process.name} starts`);
  }

  private crash(): void {
    const process = this.anyAlive()?.process;
    if (!process) return;
    process.alive = false;
    this.timeline.note(() => `= ${process.name} dies`);
    this.timeline.after(this.random.pick([1, 50, 2_000]), () => this.startProcess());
  }

  private freeze(): void {
    const process = this.anyAlive()?.process;
    if (!process) return;
    process.frozenUntil = this.timeline.now + this.random.between(2_000, 30_000);
    this.timeline.note(() => `= ${process.name} is frozen`);
  }

  private hint<Name extends QueueName>(name: Name, job: JobData[Name], delayMs: number): void {
    const { random, timeline } = this;
    if ((name === 'pushes' || name === 'feeds') && this.scenario.telling === null) return;
    if (random.chance(this.scenario.lostHints)) return;
    timeline.after(delayMs + random.wait(1), () => this.work(`job ${name} ${JSON.stringify(job)}`, (program) => program.run(name, job)));
  }

  private handle(order: PlatformOrder): void {
    const { what, work } = this.handwork.draw(`${order.connection}/${order.now.orderId}`);
    this.work(what, (program) => work(program.orders));
  }

  /** Some process does it, if one is alive. */
  private work(what: string, begin: (program: Program) => Promise<unknown>): void {
    const program = this.anyAlive();
    if (!program) return;
    this.timeline.current = program.process;
    this.timeline.note(() => what);
    begin(program).catch((error: unknown) => this.timeline.note(() => `${what} failed: ${String(error)}`));
  }

  private anyAlive(): Program | undefined {
    const alive = this.programs.filter(({ process }) => process.alive);
    return alive.length === 0 ? undefined : this.random.pick(alive);
  }

  private programNow(): Program | undefined {
    return this.programs.find(({ process }) => process === this.timeline.current);
  }

  /** Nothing is on its way: false when nothing is left to do, not even after the last thing that happens has happened. */
  private idle(): boolean {
    if (this.sweeps.next()) return true;
    if (this.ended) return false;
    this.ended = true;
    this.timeline.note(() => '= the last things happen');
    const { plenty, places, stranger } = this.scenario;
    if (stranger?.known) this.erp.products.add(stranger.sku);
    if (plenty) for (const { sku, warehouse, master } of places) if (master === ERP) this.erp.move(warehouse, sku, 60);
    if (plenty && stranger?.known) this.erp.move('main', stranger.sku, 60);
    return true;
  }
}

function tablesOf(watch: ChainWatch): Tables {
  return new Tables({
    StockMovement: {
      uniqueOn: ({ entry, key }) => `${String(entry)}\n${String(key)}`,
      onInsert: (movement) => watch.inserted(movement),
    },
  });
}

function channelsOf({ telling }: Scenario, timeline: Timeline, random: Random): ChannelWorld[] {
  return telling ? [SHOP, MALL].map((id) => new ChannelWorld(id, timeline, random, telling)) : [];
}

function connectionOf(id: string, { selling }: Scenario): Connection {
  const rules = id === SHOP ? selling : DEFAULT_SELLING;
  return { id, connector: id, publishing: 'live', installation: INSTALLATION, selling: rules, warehouses: [], settings: {} };
}
