import { apply, type Effect } from './apply.js';
import { movementId } from './entry-id.js';
import {
  InsufficientStockError,
  StaleObservationError,
  type Balance,
  type Command,
  type Movement,
  type Run,
} from './ledger.types.js';
import { STOCK_SCHEMA_VERSION } from './schemas.js';

/** A caller's run, waiting for its movements. */
export interface Waiting {
  readonly entry: string;
  readonly run: Run;
  /** Failed attempts so far. */
  tries: number;
  /** The movements of this run that are known to exist, by key. */
  readonly found: Map<string, Movement>;
  readonly resolve: (movements: Movement[]) => void;
  readonly reject: (error: unknown) => void;
}

/** The movements and refusals that result from one entry's waiting runs on top of its tip. */
export interface Composed {
  readonly movements: readonly Movement[];
  readonly refused: ReadonlyMap<Waiting, Refusal>;
}

/** `after`: the number of movements in this group that precede the refusal. It is final only if they were appended. */
export interface Refusal {
  readonly error: unknown;
  readonly after: number;
}

/**
 * Computes the movements of one entry's waiting runs on top of its tip. A key that was used before, or
 * twice in the group, makes one movement. `changedSince` says whether anything but reserves follows a seq.
 */
export async function compose(
  queue: readonly Waiting[],
  head: Balance,
  changedSince: (seq: number) => Promise<boolean>,
): Promise<Composed> {
  const movements: Movement[] = [];
  const refused = new Map<Waiting, Refusal>();
  const keys = new Set<string>();
  let balance = head;
  let lastChange = 0;
  for (const waiting of queue) {
    const { run, entry } = waiting;
    const fresh = freshOf(waiting, keys);
    if (
      run.observedFrom !== undefined &&
      fresh.length > 0 &&
      (lastChange > run.observedFrom || (await changedSince(run.observedFrom)))
    ) {
      refused.set(waiting, { error: new StaleObservationError(entry), after: movements.length });
      continue;
    }
    const { steps, refusal } = carryOut(run, fresh, balance);
    for (const { command, effect } of steps) {
      balance = effect.balance;
      keys.add(command.key);
      movements.push(movementOf(waiting, command, effect));
      if (command.kind !== 'reserve') lastChange = balance.seq;
    }
    if (refusal !== undefined) refused.set(waiting, { error: refusal, after: movements.length });
  }
  return { movements, refused };
}

/**
 * Answers the runs whose result is certain, and gives back the others. `appended`: how many of the
 * movements were appended. A refusal that depends on movements that were overtaken is not final: the run
 * is computed again.
 */
export function answer(queue: readonly Waiting[], { refused }: Composed, appended: number): Waiting[] {
  return queue.filter((waiting) => {
    const refusal = refused.get(waiting);
    const movements = waiting.run.commands.map(({ key }) => waiting.found.get(key));
    if (movements.every((movement) => movement !== undefined)) waiting.resolve(movements);
    else if (refusal !== undefined && refusal.after <= appended) waiting.reject(withStanding(refusal.error, waiting));
    else return true;
    return false;
  });
}

/** The commands whose keys are not known to be used. */
function freshOf({ run, found }: Waiting, taken: ReadonlySet<string>): Command[] {
  const fresh = new Map<string, Command>();
  for (const command of run.commands) {
    if (!found.has(command.key) && !taken.has(command.key) && !fresh.has(command.key)) fresh.set(command.key, command);
  }
  return [...fresh.values()];
}

interface Carried {
  readonly steps: readonly { readonly command: Command; readonly effect: Effect }[];
  readonly refusal?: unknown;
}

/** Computes commands up to the first refusal. An all-or-none run keeps no step when one is refused. */
function carryOut(run: Run, commands: readonly Command[], head: Balance): Carried {
  const steps: { command: Command; effect: Effect }[] = [];
  let balance = head;
  try {
    for (const command of commands) {
      const effect = apply(balance, command, run.sku);
      steps.push({ command, effect });
      balance = effect.balance;
    }
    return { steps };
  } catch (refusal) {
    return { steps: run.allOrNone ? [] : steps, refusal };
  }
}

function withStanding(error: unknown, { found }: Waiting): unknown {
  if (!(error instanceof InsufficientStockError) || found.size === 0) return error;
  return new InsufficientStockError(error.sku, error.available, error.asked, [...found.keys()]);
}

function movementOf({ entry, run }: Waiting, command: Command, effect: Effect): Movement {
  return {
    _id: movementId(entry, effect.balance.seq),
    entry,
    sku: run.sku,
    warehouse: run.warehouse,
    seq: effect.balance.seq,
    kind: command.kind,
    quantityDelta: effect.quantityDelta,
    reservedDelta: effect.reservedDelta,
    quantity: effect.balance.quantity,
    reserved: effect.balance.reserved,
    key: command.key,
    cause: command.cause,
    observed: effect.observed,
    master: run.master,
    at: new Date(),
    schemaVersion: STOCK_SCHEMA_VERSION,
  };
}
