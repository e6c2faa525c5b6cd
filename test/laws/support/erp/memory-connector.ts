import { NO_SETTINGS } from '../no-settings.js';
import {
  type Connection,
  type ErpConnector,
  type ErpTransfer,
  type FailureAction,
  type TransferResult,
  type UncountedNames,
} from '../../../../src/connectors/contract.js';
import { type Warehouse } from '../../../../src/connections/warehouses/warehouse.schema.js';
import { type OdooConnection } from '../../../../src/connectors/odoo/odoo.service.js';
import { type Timeline } from '../time/timeline.js';
import { ErpRuleError, isOpen, stageOf, type ErpWorld, type Move, type Picking } from './erp-world.js';
import { ErpObservation, type SeenStock } from './observation.js';

const MAX_TRIES = 12;

/** Calls the ERP in memory in the same steps as the real connector calls Odoo; each step is a call of its own. */
export class MemoryErpConnector implements ErpConnector {
  readonly manifest = {
    name: 'erp',
    label: 'ERP',
    role: 'erp' as const,
    webhooks: [],
    pushBatchSize: 0,
    pushLimitMs: 60_000,
    settings: NO_SETTINGS,
  };
  /** The observations that this process made of each location, in order. */
  readonly observations = new Map<string, SeenStock[]>();

  private readonly warehouses: readonly string[];

  constructor(
    private readonly world: ErpWorld,
    private readonly timeline: Timeline,
    warehouses: readonly Warehouse[],
  ) {
    this.warehouses = warehouses.filter((warehouse) => warehouse.erp).map((warehouse) => warehouse._id);
  }

  verify() {
    return { authentic: true as const };
  }

  decode(): never {
    throw new Error('webhooks of the ERP in memory come decoded');
  }

  classify(): FailureAction {
    return { do: 'retry' };
  }

  async skuOf(productRef: string): Promise<string> {
    return productRef;
  }

  async observeStock(skus: readonly string[], connection: Connection, uncounted?: UncountedNames) {
    const observation = new ErpObservation(this.world, this.timeline, this.warehouses);
    const { stock, problems, looks } = await observation.observe(skus, connection as OdooConnection, uncounted);
    for (const [place, look] of looks) this.note(place, look);
    return { stock, problems };
  }

  async transfer(transfer: ErpTransfer): Promise<TransferResult> {
    const { world } = this;
    const { picking, fresh } = await this.obtain(transfer);
    if (picking.moves.length === 0 && !fresh) return { state: 'cancelled' };
    let assigned = false;
    let cancelledFor: string | null = null;
    for (let round = 0; round < MAX_TRIES; round++) {
      const { moves, open } = await this.call(`look at ${transfer.name}`, () => this.look(picking));
      const stage = stageOf(moves);
      switch (stage) {
        case 'empty':
        case 'cancelled':
          return cancelledFor === null ? { state: 'cancelled' } : { state: 'short', detail: cancelledFor };
        case 'done':
          return doneResult(transfer, moves);
        case 'draft':
          await this.attempt(`confirm ${transfer.name}`, () => open.forEach((one) => world.confirm(one)));
          break;
        case 'ready': {
          const done = await this.attempt(`validate ${transfer.name}`, () => open.every((one) => world.validate(one)));
          if (done === true) return { state: 'done', reference: transfer.name };
          break;
        }
        case 'short':
          if (!assigned) {
            assigned = true;
            await this.attempt(`assign ${transfer.name}`, () => open.forEach((one) => world.assign(one)));
          } else if (transfer.ifShort === 'wait') {
            return { state: 'short', detail: 'not all of it is there' };
          } else {
            cancelledFor = 'not all of it is there';
            await this.attempt(`give ${transfer.name} up`, () => open.forEach((one) => world.cancel(one)));
          }
      }
    }
    throw new Error(`the transfer ${transfer.name} did not come to rest`);
  }

  async cancelTransfer(transfer: ErpTransfer): Promise<{ readonly state: 'cancelled' | 'done' }> {
    const { world } = this;
    for (let round = 0; round < MAX_TRIES; round++) {
      const { picking } = await this.obtain(transfer);
      const { moves } = await this.call(`look at ${transfer.name}`, () => this.look(picking));
      if (moves.length > 0 && !moves.some(isOpen)) return { state: stageOf(moves) === 'done' ? 'done' : 'cancelled' };
      await this.attempt(`cancel ${transfer.name}`, () => world.familyOf(picking).forEach((one) => world.cancel(one)));
    }
    throw new Error(`the transfer ${transfer.name} did not come to rest`);
  }

  /** Finds the transfer by its name, or creates it. */
  private async obtain(transfer: ErpTransfer): Promise<{ readonly picking: Picking; readonly fresh: boolean }> {
    const { world } = this;
    const found = await this.call(`find ${transfer.name}`, () => world.find(transfer.name)?.id);
    if (found !== undefined) return { picking: world.pickings[found] as Picking, fresh: false };
    const made = await this.attempt(
      `create ${transfer.name}`,
      () => world.create(transfer.name, transfer.warehouse, transfer.lines).id,
    );
    const id = made ?? (await this.call(`find ${transfer.name}`, () => world.find(transfer.name)?.id));
    if (id === undefined) throw new Error(`${transfer.name} is neither there nor can be made`);
    return { picking: world.pickings[id] as Picking, fresh: made !== null };
  }

  /** The current lines, and the transfers with open ones. */
  private look(picking: Picking): { readonly moves: readonly Move[]; readonly open: readonly Picking[] } {
    const family = this.world.familyOf(picking);
    const moves = family.flatMap((one) => one.moves.map((move) => ({ ...move })));
    return { moves, open: family.filter((one) => one.moves.some(isOpen)) };
  }

  private async attempt<T>(label: string, effect: () => T): Promise<T | null> {
    try {
      return await this.call(label, effect);
    } catch (error) {
      if (error instanceof ErpRuleError) return null;
      throw error;
    }
  }

  private note(place: string, look: SeenStock): void {
    const looks = this.observations.get(place);
    if (looks) looks.push(look);
    else this.observations.set(place, [look]);
  }

  private call<T>(label: string, effect: () => T): Promise<T> {
    return this.timeline.call('erp', label, effect);
  }
}

function doneResult(transfer: ErpTransfer, moves: readonly Move[]): TransferResult {
  const left = moves.some((move) => move.state === 'cancel');
  return { state: 'done', reference: transfer.name, ...(left ? { detail: 'a part was left out' } : {}) };
}
