import { entryId, movementId } from '../entry-id.js';
import { type Movement } from '../ledger.types.js';
import { type Finding, type FindingKind } from './finding.js';
import { KeyWatch } from './key-watch.js';
import { brokenRule } from './rule-check.js';

/** The fields of a movement that the check reads. `project`: the movement is not projected yet. */
export type AuditedMovement = Omit<Movement, 'cause' | 'schemaVersion'> & { readonly project?: unknown };

/** How a chain ends. */
export interface ChainEnd {
  readonly entry: string;
  readonly seq: number;
  readonly quantity: number;
  readonly reserved: number;
  /** When the ERP or a person last stated the quantity, as far as that is projected. */
  readonly observedAt: Date | null;
}

const END = '/end';

/** Recomputes the chain of one entry, movement by movement in the order of their ids. */
export class ChainCheck {
  private seq = 0;
  private quantity = 0;
  private reserved = 0;
  private observedAt: Date | null = null;
  /** A seq is missing or occurs twice, so the balance at that point is unknown. */
  private isBroken = false;
  private readonly keys = new KeyWatch();
  /** Units of the reservations without an end so far, by key. */
  private readonly open = new Map<string, number>();

  /** @param suspect receives a key that may occur twice; only the database can say for certain */
  constructor(
    readonly entry: string,
    private readonly report: (finding: Finding) => void,
    private readonly suspect: (movement: AuditedMovement) => void,
  ) {}

  take(movement: AuditedMovement): void {
    // A movement that does not follow its predecessor's seq cannot be recomputed from it.
    if (this.checkPlace(movement)) this.checkBalance(movement);
    const broken = brokenRule(movement);
    if (broken) this.say(movement, broken.kind, broken.detail);
    if (this.keys.seen(movement.key)) this.suspect(movement);
    if (!this.isBroken) this.checkEnd(movement);
    // Continue from the stored values, so that one fault is reported once.
    this.seq = movement.seq;
    this.quantity = movement.quantity;
    this.reserved = movement.reserved;
    if (movement.observed && !movement.project) this.observedAt = movement.at;
  }

  end(): ChainEnd {
    const { entry, seq, quantity, reserved, observedAt } = this;
    return { entry, seq, quantity, reserved, observedAt };
  }

  /** @returns whether the movement follows the one before */
  private checkPlace(movement: AuditedMovement): boolean {
    const { _id, entry, seq, sku, warehouse } = movement;
    if (_id !== movementId(entry, seq) || entry !== entryId(sku, warehouse))
      this.say(movement, 'identity', `${_id} says that it is seq ${seq} of ${entry}, ${sku} in ${warehouse}`);
    if (seq > this.seq + 1) this.say(movement, 'gap', `seq ${seq} follows seq ${this.seq}`);
    if (seq <= this.seq) this.say(movement, 'fork', `seq ${seq} comes again after seq ${this.seq}`);
    const follows = seq === this.seq + 1;
    this.isBroken ||= !follows;
    return follows;
  }

  private checkBalance(movement: AuditedMovement): void {
    const quantity = this.quantity + movement.quantityDelta;
    const reserved = this.reserved + movement.reservedDelta;
    if (movement.quantity !== quantity || movement.reserved !== reserved)
      this.say(
        movement,
        'balance',
        `${shown(movement)}, but its deltas on the seq before make ${shown({ quantity, reserved })}`,
      );
  }

  private checkEnd(movement: AuditedMovement): void {
    const { kind, key, reservedDelta } = movement;
    if (kind === 'reserve') {
      if (reservedDelta > 0) this.open.set(key, reservedDelta);
    } else if ((kind === 'release' || kind === 'commit') && reservedDelta !== 0) {
      const reserve = key.endsWith(END) ? key.slice(0, -END.length) : '';
      const held = this.open.get(reserve);
      this.open.delete(reserve);
      if (held === undefined) this.say(movement, 'end_without_reserve', `${kind} ${key} ends no open reservation`);
      else if (held !== -reservedDelta)
        this.say(
          movement,
          'end_without_reserve',
          `${kind} ${key} ends ${-reservedDelta} units of a reservation of ${held}`,
        );
    }
  }

  private say({ seq }: AuditedMovement, kind: FindingKind, detail: string): void {
    this.report({ kind, entry: this.entry, seq, detail });
  }
}

function shown({ quantity, reserved }: { quantity: number; reserved: number }): string {
  return `quantity ${quantity}, reserved ${reserved}`;
}
