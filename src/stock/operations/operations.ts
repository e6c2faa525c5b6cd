import { type Balance, type Command } from '../ledger.types.js';
import { COMMIT, RELEASE } from './ends.js';
import { checkKey } from './form.js';
import { ADJUST_BY, ADJUST_TO, RECONCILE_TO, SYNC_IN } from './quantities.js';
import { RESERVE } from './reserve.js';
import { type Deltas, type Operation } from './rule.js';

/** The deltas of a command on a balance, by the rule of its kind. */
export function deltasOf(before: Balance, command: Command): Deltas {
  return choose(command, (operation, its) => operation.rule(before, its));
}

/** @throws InvalidMovementError when the command has no meaning */
export function checkCommand(command: Command): void {
  checkKey(command.key);
  choose(command, (operation, its) => operation.check(its));
}

/** Calls `use` with the operation of a command's kind, typed to that kind. */
function choose<T>(command: Command, use: <C extends Command>(operation: Operation<C>, its: C) => T): T {
  switch (command.kind) {
    case 'reserve':
      return use(RESERVE, command);
    case 'release':
      return use(RELEASE, command);
    case 'commit':
      return use(COMMIT, command);
    case 'adjust':
      return 'by' in command ? use(ADJUST_BY, command) : use(ADJUST_TO, command);
    case 'reconcile':
      return use(RECONCILE_TO, command);
    case 'sync_in':
      return use(SYNC_IN, command);
  }
}
