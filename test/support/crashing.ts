import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Checkpoint } from '../../src/common/checkpoint.js';
import { LEDGER_FLOW } from './ledger-processes.js';
import { Shop } from './shop.js';
import { waitFor } from './wait.js';

/** What each flow passes, in its order. Together they are all the places there are. */
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
  /** Somebody changes the stock in Odoo. */
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
  /** Whatever moves stock. */
  ledger: LEDGER_FLOW,
  /** Units are taken from several entries at once. */
  saga: ['command.stored', 'saga.reserved', 'saga.decided', 'saga.applied', 'command.answered'],
  /** The same where one of them has not enough. */
  sagaRefused: ['saga.reserved', 'saga.decided', 'saga.released'],
  /** Somebody says how much there is of what Odoo decides. */
  adjustInErp: ['command.measured', 'command.reserved', 'command.sent', 'command.booked', 'command.counted'],
  /** A file with the stock of many SKUs. */
  import: ['import.received', 'import.checking', 'import.checked', 'import.appended', 'import.applied', 'import.done'],
  /** Everything is compared again, where what the ERP has and what the channel shows differ from what they should. */
  reconcile: ['run.looked', 'run.found', 'run.judged'],
  /** Somebody says that goods of a cancelled order are back. */
  returned: ['return.settled', 'return.booked', 'return.counted'],
} as const satisfies Record<string, readonly Checkpoint[]>;

/** A shop whose application can be made to die at a place of its way. */
export class CrashingShop {
  private constructor(
    readonly shop: Shop,
    private readonly dir: string,
  ) {}

  static async ready(label: string): Promise<CrashingShop> {
    const dir = await mkdtemp(join(tmpdir(), 'e2e-crash-'));
    return new CrashingShop(await Shop.ready({ label, env: { CRASH_AT_FILE: join(dir, 'place') } }), dir);
  }

  /**
   * Makes the running application die at `place`, does `work`, and waits until it has died. What `work` was told when the connection broke
   * is of no interest.
   * @throws Error when it never comes to that place
   */
  async dieAt(place: Checkpoint, work: () => Promise<unknown>): Promise<void> {
    const { app } = this.shop;
    await writeFile(join(this.dir, 'place'), place);
    await work().catch(() => undefined);
    await waitFor(`the application dies at ${place}`, () => !app.running, { withinMs: 15_000 });
    await rm(join(this.dir, 'place'));
    expect((await app.ended).signal).toBe('SIGKILL');
  }

  async close(): Promise<void> {
    await this.shop.close();
    await rm(this.dir, { recursive: true, force: true });
  }
}
