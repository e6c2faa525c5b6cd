import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Checkpoint } from '../../src/common/checkpoint.js';
import { type Role } from '../../src/config/role.js';
import { LEDGER_FLOW } from './ledger-processes.js';
import { Shop } from './shop.js';
import { waitFor } from './wait.js';

/** The checkpoints that each flow passes, in order. Together the flows pass every checkpoint. */
export const FLOWS = {
  order: [
    'event.stored',
    'event.started',
    'order.planned',
    'ledger.appended',
    'movement.projected',
    'plan.recorded',
    'event.handled',
    'delivery.named',
    'delivery.begun',
    'delivery.booked',
    'delivery.noted',
    'commit.appended',
    'delivery.counted',
    'delivery.served',
    'push.claimed',
    'push.recorded',
    'push.sent',
    'push.noted',
  ],
  /** Cancelled before any delivery was begun. */
  cancelReserved: [
    'event.stored',
    'event.started',
    'order.planned',
    'ledger.appended',
    'movement.projected',
    'plan.recorded',
    'event.handled',
  ],
  /** Cancelled while the delivery waits in Odoo. */
  cancelWaiting: [
    'order.planned',
    'event.handled',
    'cancel.begun',
    'cancel.agreed',
    'ledger.appended',
    'commit.appended',
    'movement.projected',
    'release.appended',
    'delivery.counted',
    'cancel.served',
  ],
  /** A person changes the stock in Odoo. */
  stock: [
    'event.stored',
    'event.started',
    'ledger.appended',
    'movement.projected',
    'event.handled',
    'push.claimed',
    'push.recorded',
    'push.sent',
    'push.noted',
  ],
  /** Every flow that moves stock. */
  ledger: LEDGER_FLOW,
  /** A command takes units from several entries. */
  saga: ['command.stored', 'saga.reserved', 'saga.decided', 'saga.applied', 'command.answered'],
  /** The same, when one of them has too few. */
  sagaRefused: ['saga.reserved', 'saga.decided', 'saga.released'],
  /** A person sets the quantity of a SKU that Odoo masters. */
  adjustInErp: ['command.measured', 'command.reserved', 'command.sent', 'command.booked', 'command.counted'],
  /** A file with the stock of many SKUs. */
  import: ['import.received', 'import.checking', 'import.checked', 'import.appended', 'import.applied', 'import.done'],
  /** A reconcile run finds differences in the ERP and on the channel. */
  reconcile: ['run.looked', 'run.found', 'run.judged'],
  /** A person confirms that the goods of a cancelled order are back. */
  returned: ['return.settled', 'return.booked', 'return.counted'],
} as const satisfies Record<string, readonly Checkpoint[]>;

/** Requests are taken by one process, and worked on by two others. */
export const THREE_PROCESSES: readonly Role[] = ['api', 'worker', 'worker'];

/** A shop whose application can be killed at a checkpoint. */
export class CrashingShop {
  private constructor(
    readonly shop: Shop,
    private readonly dir: string,
  ) {}

  /** @param roles its processes; without them one of role `all` */
  static async ready(label: string, roles?: readonly Role[]): Promise<CrashingShop> {
    const crashing = await CrashingShop.open(label, {}, roles);
    await crashing.shop.startAll();
    await crashing.shop.catalogueRead();
    return crashing;
  }

  /** Without an application yet. */
  static async open(
    label: string,
    env: Readonly<Record<string, string>> = {},
    roles?: readonly Role[],
  ): Promise<CrashingShop> {
    const dir = await mkdtemp(join(tmpdir(), 'e2e-crash-'));
    const options = { label, env: { CRASH_AT_FILE: join(dir, 'place'), ...env }, ...(roles && { roles }) };
    return new CrashingShop(await Shop.open(options), dir);
  }

  /**
   * Arms the running processes so that the first to arrive at `place` dies there, runs `work`, and waits until one has died. The result of
   * `work` is ignored.
   * @throws Error when none reaches that checkpoint
   */
  async dieAt(place: Checkpoint, work: () => Promise<unknown>): Promise<void> {
    await writeFile(join(this.dir, 'place'), place);
    await work().catch(() => undefined);
    const dead = await waitFor(`a process dies at ${place}`, () => this.shop.dead, { withinMs: 15_000 });
    expect((await dead.ended).signal).toBe('SIGKILL');
  }

  async close(): Promise<void> {
    await this.shop.close();
    await rm(this.dir, { recursive: true, force: true });
  }
}
