import { apply } from './apply.js';
import { movementId } from './entry-id.js';
import { StaleObservationError, type Balance, type Command, type Movement, type Run } from './ledger.types.js';
import { keyOf } from './movements.repository.js';
import { STOCK_SCHEMA_VERSION } from './schemas.js';

/** A caller's run, waiting for its movements. */
export interface Waiting {
  readonly entry: string;
  readonly run: Run;
  readonly resolve: (movements: Movement[]) => void;
  readonly reject: (error: unknown) => void;
}

/** The movements that the waiting runs of one entry come to, and how to answer the callers once it is known which were appended. */
export interface Composed {
  readonly movements: readonly Movement[];
  /** Answers whoever can be answered; gives back the others. */
  answer(find: (entry: string, key: string) => Movement | undefined): Waiting[];
}

/**
 * Computes the movements of one entry's waiting runs on top of its head. A key seen before, or twice in here, makes one movement only.
 * `changedSince` tells whether anything but reserves came after a place.
 */
export async function compose(
  queue: readonly Waiting[],
  head: Balance,
  known: ReadonlyMap<string, Movement>,
  changedSince: (place: number) => Promise<boolean>,
): Promise<Composed> {
  const movements: Movement[] = [];
  const refused = new Map<Waiting, unknown>();
  const keys = new Set<string>();
  let balance = head;
  let lastChange = 0;
  for (const waiting of queue) {
    const { run, entry } = waiting;
    const fresh = run.commands.filter((command) => !known.has(keyOf(entry, command.key)) && !keys.has(command.key));
    if (run.observedFrom !== undefined && fresh.length > 0 && (lastChange > run.observedFrom || (await changedSince(run.observedFrom)))) {
      refused.set(waiting, new StaleObservationError(entry));
      continue;
    }
    try {
      for (const command of fresh) {
        const effect = apply(balance, command, run.sku);
        balance = effect.balance;
        keys.add(command.key);
        movements.push(movementOf(waiting, command, effect));
        if (command.kind !== 'reserve') lastChange = balance.place;
      }
    } catch (error) {
      refused.set(waiting, error);
    }
  }
  return { movements, answer: (find) => queue.filter((waiting) => !answerOne(waiting, refused.get(waiting), find)) };
}

/** True when the caller has its answer. */
function answerOne(
  { entry, run, resolve, reject }: Waiting,
  refusal: unknown,
  find: (entry: string, key: string) => Movement | undefined,
): boolean {
  const found = run.commands.map((command) => find(entry, command.key));
  if (found.every((movement) => movement !== undefined)) resolve(found);
  else if (refusal !== undefined) reject(refusal);
  else return false;
  return true;
}

function movementOf({ entry, run }: Waiting, command: Command, effect: ReturnType<typeof apply>): Movement {
  return {
    _id: movementId(entry, effect.balance.place),
    entry,
    sku: run.sku,
    warehouse: run.warehouse,
    place: effect.balance.place,
    kind: command.kind,
    quantityDelta: effect.quantityDelta,
    reservedDelta: effect.reservedDelta,
    quantity: effect.balance.quantity,
    reserved: effect.balance.reserved,
    key: command.key,
    cause: command.cause,
    observed: effect.observed,
    at: new Date(),
    schemaVersion: STOCK_SCHEMA_VERSION,
  };
}
