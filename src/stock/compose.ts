import { apply, type Effect } from './apply.js';
import { keyOf, movementId } from './entry-id.js';
import { InsufficientStockError, StaleObservationError, type Balance, type Command, type Movement, type Run } from './ledger.types.js';
import { STOCK_SCHEMA_VERSION } from './schemas.js';

/** A caller's run, waiting for its movements. */
export interface Waiting {
  readonly entry: string;
  readonly run: Run;
  /** How often it was tried in vain. */
  tries: number;
  readonly resolve: (movements: Movement[]) => void;
  readonly reject: (error: unknown) => void;
}

/** The movements that the waiting runs of one entry come to, and how to answer the callers once it is known which were appended. */
export interface Composed {
  readonly movements: readonly Movement[];
  /** Answers whoever can be answered; gives back the others. `appended`: how many of the movements were. */
  answer(find: Find, appended: number): Waiting[];
}

type Find = (entry: string, key: string) => Movement | undefined;

/** Why a run was refused, on top of how many movements that were not appended yet. */
interface Refusal {
  readonly error: unknown;
  readonly after: number;
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
  const refused = new Map<Waiting, Refusal>();
  const keys = new Set<string>();
  let balance = head;
  let lastChange = 0;
  for (const waiting of queue) {
    const { run, entry } = waiting;
    const fresh = freshOf(waiting, known, keys);
    if (run.observedFrom !== undefined && fresh.length > 0 && (lastChange > run.observedFrom || (await changedSince(run.observedFrom)))) {
      refused.set(waiting, { error: new StaleObservationError(entry), after: movements.length });
      continue;
    }
    const { steps, refusal } = carryOut(run, fresh, balance);
    for (const { command, effect } of steps) {
      balance = effect.balance;
      keys.add(command.key);
      movements.push(movementOf(waiting, command, effect));
      if (command.kind !== 'reserve') lastChange = balance.place;
    }
    if (refusal !== undefined) refused.set(waiting, { error: withStanding(refusal, waiting, known), after: movements.length });
  }
  return {
    movements,
    answer: (find, appended) => queue.filter((waiting) => !answerOne(waiting, finalError(refused.get(waiting), appended), find)),
  };
}

/** The commands whose keys nobody has used. */
function freshOf({ entry, run }: Waiting, known: ReadonlyMap<string, Movement>, taken: ReadonlySet<string>): Command[] {
  const fresh = new Map<string, Command>();
  for (const command of run.commands) {
    if (!known.has(keyOf(entry, command.key)) && !taken.has(command.key) && !fresh.has(command.key)) fresh.set(command.key, command);
  }
  return [...fresh.values()];
}

interface Carried {
  readonly steps: readonly { readonly command: Command; readonly effect: Effect }[];
  readonly refusal?: unknown;
}

/** Up to the first refusal; of a run that is all or none, nothing where there is one. */
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

function withStanding(refusal: unknown, { entry, run }: Waiting, known: ReadonlyMap<string, Movement>): unknown {
  const standing = run.commands.map(({ key }) => key).filter((key) => known.has(keyOf(entry, key)));
  if (!(refusal instanceof InsufficientStockError) || standing.length === 0) return refusal;
  return new InsufficientStockError(refusal.sku, refusal.available, refusal.asked, standing);
}

/** What was refused because of movements that were overtaken themselves has to be asked again. */
function finalError(refusal: Refusal | undefined, appended: number): unknown {
  return refusal !== undefined && refusal.after <= appended ? refusal.error : undefined;
}

/** True when the caller has its answer. */
function answerOne({ entry, run, resolve, reject }: Waiting, refusal: unknown, find: Find): boolean {
  const found = run.commands.map((command) => find(entry, command.key));
  if (found.every((movement) => movement !== undefined)) resolve(found);
  else if (refusal !== undefined) reject(refusal);
  else return false;
  return true;
}

function movementOf({ entry, run }: Waiting, command: Command, effect: Effect): Movement {
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
    master: run.master,
    at: new Date(),
    schemaVersion: STOCK_SCHEMA_VERSION,
  };
}
