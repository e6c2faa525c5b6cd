import { LEDGER, type Movement } from '../ledger.types.js';

export interface RuleProblem {
  readonly kind: 'rule' | 'master';
  readonly detail: string;
}

type Line = Pick<Movement, 'kind' | 'quantityDelta' | 'reservedDelta' | 'observed' | 'master'>;

/**
 * The rule or the master that a movement breaks; null: none. Pure. It does not share code with the rules
 * that it checks.
 */
export function brokenRule(line: Line): RuleProblem | null {
  const { kind, quantityDelta: q, reservedDelta: r, observed } = line;
  const shape = `quantity ${signed(q)}, reserved ${signed(r)}${observed ? ', observed' : ''}`;
  if (!Number.isSafeInteger(q) || !Number.isSafeInteger(r))
    return { kind: 'rule', detail: `${kind} of broken units: ${shape}` };
  if (!isSound(line)) return { kind: 'rule', detail: `${kind} with ${shape}` };
  return againstMaster(line);
}

function isSound({ kind, quantityDelta: q, reservedDelta: r, observed }: Line): boolean {
  switch (kind) {
    case 'reserve':
      return q === 0 && r >= 0 && !observed;
    case 'release':
      return r <= 0 && (observed || q === 0);
    case 'commit':
      return r <= 0 && (observed || q === r);
    case 'adjust':
    case 'reconcile':
    case 'sync_in':
      return r === 0 && observed;
    default:
      // A kind that this program does not know breaks the rules.
      return false;
  }
}

function againstMaster({ kind, observed, master }: Line): RuleProblem | null {
  if (master === undefined || kind === 'reserve' || kind === 'adjust' || kind === 'sync_in') return null;
  if (master === LEDGER)
    return observed ? { kind: 'master', detail: `${kind} by observation, where the ledger is the master` } : null;
  if (kind === 'commit' && !observed)
    return { kind: 'master', detail: `commit by delta, where ${master} is the master` };
  return null;
}

const signed = (units: number) => (units < 0 ? String(units) : `+${units}`);
