import { entryId } from '../entry-id.js';
import { LEDGER, type Command, type Run } from '../ledger.types.js';
import { WrongMasterError } from './errors.js';

/**
 * Checks who may change the quantity. The ledger as master applies changes. Under an ERP the quantity is
 * only set from an observation, so that our own echo and a lost or repeated webhook end at the same
 * number. Reservations are always ours.
 * @throws WrongMasterError
 */
export function checkMaster(run: Run): void {
  for (const command of run.commands) {
    const objection = run.master === LEDGER ? againstLedger(command, run) : againstErp(command, run);
    if (objection)
      throw new WrongMasterError(entryId(run.sku, run.warehouse), run.master, `${command.kind} ${objection}`);
  }
}

function againstLedger(command: Command, run: Run): string | null {
  const observes =
    run.observedFrom !== undefined ||
    ('observed' in command && command.observed !== undefined) ||
    command.kind === 'reconcile' ||
    ('quantity' in command && command.cause.type === 'observation');
  return observes ? 'by observation, where the ledger is the master' : null;
}

function againstErp(command: Command, run: Run): string | null {
  if (command.kind === 'reserve' || (command.kind === 'release' && command.observed === undefined)) return null;
  if ('by' in command || (command.kind === 'commit' && command.observed === undefined))
    return 'changes the quantity without an observation of it';
  return run.observedFrom === undefined ? 'sets the quantity without saying since when it was observed' : null;
}
