import { type Cause, type Command, type Run } from '../stock/ledger.types.js';
import { type Hold, type OrderDoc } from './order.types.js';

/** The ledger run of one entry's commands. */
export function runOf(group: readonly { hold: Hold; command: Command }[]): Run[] {
  return group.slice(0, 1).map(({ hold }) => ({ ...entryOf(hold), commands: group.map((one) => one.command) }));
}

export function entryOf({ sku, warehouse, master }: Hold): Pick<Run, 'sku' | 'warehouse' | 'master'> {
  return { sku, warehouse, master };
}

/** The cause of this order's movements. */
export function causeOf(order: OrderDoc): Cause {
  return {
    type: 'order',
    connection: order.connection,
    orderId: order.orderId,
    ...(order.correlationId === undefined ? {} : { correlationId: order.correlationId }),
  };
}

export function reserveOf(order: OrderDoc, hold: Hold, guarded = false): Command {
  return { kind: 'reserve', units: hold.units, key: hold.key, cause: causeOf(order), ...(guarded ? { guarded } : {}) };
}

export function releaseOf(order: OrderDoc, hold: Hold): Command {
  return { kind: 'release', units: hold.units, key: `${hold.key}/end`, cause: causeOf(order) };
}
