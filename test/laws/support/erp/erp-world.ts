import { type Random } from '../random.js';

export type MoveState = 'draft' | 'waiting' | 'done' | 'cancel';

/** One line of a transfer. `reserved`: the units set aside for it. */
export interface Move {
  readonly id: number;
  readonly sku: string;
  demand: number;
  reserved: number;
  state: MoveState;
  /** Units that left, and those of them that came back. */
  moved: number;
  returned: number;
}

export interface Picking {
  readonly id: number;
  readonly name: string;
  readonly warehouse: string;
  readonly backorderOf: Picking | null;
  /** Created by a delivery of ours, or split off one. */
  readonly ours: boolean;
  /** The lines that it was created with. */
  readonly asked: readonly { readonly sku: string; readonly quantity: number }[];
  readonly moves: Move[];
}

/** The ERP's rules forbid it. */
export class ErpRuleError extends Error {}

/** The stage of a transfer by its lines, as the connector reads it. */
export type Stage = 'empty' | 'draft' | 'short' | 'ready' | 'done' | 'cancelled';

/**
 * An Odoo in memory that behaves as measured: names are unique, a confirmation reserves what it can, and
 * done stays done. A validation moves goods only when all are reserved or a person decides about the rest.
 * Each method is one transaction.
 */
export class ErpWorld {
  readonly pickings: Picking[] = [];
  readonly products = new Set<string>();
  /** The units that our own deliveries have taken out, by location and SKU. */
  readonly takenByUs = new Map<string, number>();
  /** Transfers of ours whose units of a SKU the ledger has counted. */
  private readonly counted = new Set<string>();
  private movesMade = 0;
  private readonly byName = new Map<string, Picking>();
  private readonly onHand = new Map<string, number>();

  constructor(
    readonly random: Random,
    private readonly prefix: string,
    /** Reports a change: `ours`, if a delivery of ours made it. */
    private readonly onChange: (sku: string, ours: boolean) => void,
  ) {}

  find(name: string): Picking | null {
    return this.byName.get(name) ?? null;
  }

  /** The transfer and all backorders that were split off it, directly or not. */
  familyOf(root: Picking): Picking[] {
    return this.pickings.filter((picking) => {
      for (let at: Picking | null = picking; at !== null; at = at.backorderOf) if (at === root) return true;
      return false;
    });
  }

  create(
    name: string,
    warehouse: string,
    lines: readonly { readonly sku: string; readonly quantity: number }[],
  ): Picking {
    if (this.byName.has(name)) throw new ErpRuleError('Reference must be unique per company!');
    return this.add(name, warehouse, null, lines);
  }

  /** Confirms a draft, which reserves what it can. */
  confirm(picking: Picking): void {
    for (const move of picking.moves) if (move.state === 'draft') move.state = 'waiting';
    this.assign(picking);
  }

  assign(picking: Picking): void {
    for (const move of picking.moves) if (move.state === 'waiting') this.reserve(picking, move);
  }

  /** True: the goods have left. False: it asks what to do about missing goods, and nothing has moved. */
  validate(picking: Picking): boolean {
    const open = picking.moves.filter(isOpen);
    if (open.length === 0) {
      if (picking.moves.some((move) => move.state === 'done')) return true;
      throw new ErpRuleError('Transfer trouble alert! Validating a zero quantity transfer?');
    }
    if (open.some((move) => move.state === 'draft')) this.confirm(picking);
    if (open.some((move) => move.reserved < move.demand)) return false;
    for (const move of open) this.ship(picking, move);
    return true;
  }

  /** Ships what is reserved; the rest becomes a backorder or is dropped. */
  validatePart(picking: Picking, rest: 'backorder' | 'drop'): void {
    const open = picking.moves.filter(isOpen);
    if (!open.some((move) => move.reserved > 0)) return;
    const left: { sku: string; quantity: number }[] = [];
    for (const move of open) {
      const missing = move.demand - move.reserved;
      if (missing > 0 && rest === 'backorder') {
        left.push({ sku: move.sku, quantity: missing });
        move.demand = move.reserved;
      }
      if (move.reserved > 0) this.ship(picking, move);
      else this.drop(picking, move);
    }
    picking.moves.splice(0, picking.moves.length, ...picking.moves.filter((move) => move.demand > 0));
    if (left.length > 0) this.confirm(this.add(`OUT/${this.pickings.length}`, picking.warehouse, picking, left));
  }

  cancel(picking: Picking): void {
    for (const move of picking.moves) if (isOpen(move)) this.drop(picking, move);
  }

  /** On hand minus all reservations. */
  free(warehouse: string, sku: string): number {
    let free = this.onHand.get(`${warehouse}/${sku}`) ?? 0;
    for (const picking of this.pickings) {
      if (picking.warehouse !== warehouse) continue;
      for (const move of picking.moves) if (move.sku === sku) free -= move.reserved;
    }
    return free;
  }

  /**
   * The units of a SKU that the deliveries of one order from one warehouse have settled: those that left,
   * and those that a person dropped when the rest of the delivery was booked.
   */
  settledFor(orderPrefix: string, warehouse: string, sku: string): number {
    let units = 0;
    for (const root of this.pickings) {
      if (root.warehouse !== warehouse || !root.name.startsWith(orderPrefix)) continue;
      const moves = this.familyOf(root).flatMap((picking) => picking.moves);
      if (stageOf(moves) === 'done') for (const line of root.asked) units += line.sku === sku ? line.quantity : 0;
      else for (const move of moves) units += move.sku === sku && move.state === 'done' ? move.demand : 0;
    }
    return units;
  }

  /** The units that a transfer of ours and its backorders took out, less those that came back. */
  takenBy(name: string, sku: string): number {
    const done = this.doneMoves(name, sku);
    return done.reduce((sum, move) => sum + move.moved - move.returned, 0);
  }

  /** The units that deliveries of one order from one warehouse took out; what came back before it was counted is taken off. */
  takenFor(orderPrefix: string, warehouse: string, sku: string): number {
    return this.rootsOf(orderPrefix, warehouse)
      .map(({ name }) => (this.counted.has(`${name} ${sku}`) ? this.shippedBy(name, sku) : this.takenBy(name, sku)))
      .reduce((sum, units) => sum + units, 0);
  }

  /** The ledger has counted so many units of an order: its deliveries so far are counted, if they took no more. */
  noteCounted(orderPrefix: string, warehouse: string, sku: string, units: number): void {
    const roots = this.rootsOf(orderPrefix, warehouse);
    if (roots.reduce((sum, { name }) => sum + this.shippedBy(name, sku), 0) > units) return;
    for (const { name } of roots) this.counted.add(`${name} ${sku}`);
  }

  /** A done delivery comes back, before or after it was counted. */
  giveBack(picking: Picking): void {
    for (const move of picking.moves) {
      const units = move.moved - move.returned;
      if (units === 0) continue;
      const place = `${picking.warehouse}/${move.sku}`;
      this.onHand.set(place, (this.onHand.get(place) ?? 0) + units);
      move.returned += units;
      // Of what is counted, a return is a receipt like any other.
      if (picking.ours && !this.counted.has(`${rootOf(picking).name} ${move.sku}`))
        this.takenByUs.set(place, (this.takenByUs.get(place) ?? 0) - units);
      this.onChange(move.sku, false);
    }
  }

  /** The units reserved there by all transfers. */
  reserved(warehouse: string, sku: string): number {
    return (this.onHand.get(`${warehouse}/${sku}`) ?? 0) - this.free(warehouse, sku);
  }

  /** The units reserved for open lines of our deliveries and their followers. */
  heldByUs(
    skus: readonly string[],
  ): { readonly id: number; readonly picking: Picking; readonly sku: string; readonly units: number }[] {
    return this.pickings.flatMap((picking) =>
      picking.ours
        ? picking.moves
            .filter((move) => move.reserved > 0 && skus.includes(move.sku))
            .map((move) => ({ id: move.id, picking, sku: move.sku, units: move.reserved }))
        : [],
    );
  }

  /** The units that may be sold or are reserved by us. */
  sellable(warehouse: string, sku: string): number {
    const held = this.heldByUs([sku]).filter(({ picking }) => picking.warehouse === warehouse);
    return held.reduce((sum, { units }) => sum + units, this.free(warehouse, sku));
  }

  /** The stock as if none of our deliveries had left: only other people change it. */
  base(warehouse: string, sku: string): number {
    return this.sellable(warehouse, sku) + (this.takenByUs.get(`${warehouse}/${sku}`) ?? 0);
  }

  /** Goods arrive or are found missing, which may take units away from reservations. */
  move(warehouse: string, sku: string, units: number): void {
    const place = `${warehouse}/${sku}`;
    const now = Math.max(0, (this.onHand.get(place) ?? 0) + units);
    this.onHand.set(place, now);
    for (let missing = -this.free(warehouse, sku); missing > 0; missing = -this.free(warehouse, sku)) {
      const holding = this.pickings.flatMap((picking) =>
        picking.warehouse === warehouse ? picking.moves.filter((move) => move.sku === sku && move.reserved > 0) : [],
      );
      const move = this.random.pick(holding);
      move.reserved -= Math.min(move.reserved, missing);
    }
    this.onChange(sku, false);
  }

  /** Another party's delivery. */
  addForOthers(warehouse: string, sku: string, units: number): Picking {
    const picking = this.add(`OUT/${this.pickings.length}`, warehouse, null, [{ sku, quantity: units }]);
    this.confirm(picking);
    return picking;
  }

  private add(
    name: string,
    warehouse: string,
    backorderOf: Picking | null,
    lines: readonly { readonly sku: string; readonly quantity: number }[],
  ): Picking {
    const picking: Picking = {
      id: this.pickings.length,
      name,
      warehouse,
      backorderOf,
      ours: backorderOf === null ? name.startsWith(this.prefix) : backorderOf.ours,
      asked: lines,
      moves: lines.map(({ sku, quantity }) => ({
        id: ++this.movesMade,
        sku,
        demand: quantity,
        reserved: 0,
        state: 'draft',
        moved: 0,
        returned: 0,
      })),
    };
    this.pickings.push(picking);
    this.byName.set(name, picking);
    return picking;
  }

  private rootsOf(orderPrefix: string, warehouse: string): Picking[] {
    return this.pickings.filter((root) => root.warehouse === warehouse && root.name.startsWith(orderPrefix));
  }

  hasCancelled(name: string, sku: string): boolean {
    const root = this.byName.get(name);
    const moves = root ? this.familyOf(root).flatMap((picking) => picking.moves) : [];
    return moves.some((move) => move.sku === sku && move.state === 'cancel');
  }

  /** As `takenBy`, with what came back. */
  shippedBy(name: string, sku: string): number {
    return this.doneMoves(name, sku).reduce((sum, move) => sum + move.moved, 0);
  }

  private doneMoves(name: string, sku: string): Move[] {
    const root = this.byName.get(name);
    const moves = root ? this.familyOf(root).flatMap((picking) => picking.moves) : [];
    return moves.filter((move) => move.sku === sku && move.state === 'done');
  }

  private reserve(picking: Picking, move: Move): void {
    const more = Math.min(move.demand - move.reserved, Math.max(0, this.free(picking.warehouse, move.sku)));
    if (more === 0) return;
    move.reserved += more;
    this.onChange(move.sku, picking.ours);
  }

  private ship(picking: Picking, move: Move): void {
    const place = `${picking.warehouse}/${move.sku}`;
    this.onHand.set(place, (this.onHand.get(place) ?? 0) - move.reserved);
    if (picking.ours) this.takenByUs.set(place, (this.takenByUs.get(place) ?? 0) + move.reserved);
    move.moved = move.reserved;
    move.reserved = 0;
    move.state = 'done';
    this.onChange(move.sku, picking.ours);
  }

  private drop(picking: Picking, move: Move): void {
    const held = move.reserved > 0;
    move.reserved = 0;
    move.state = 'cancel';
    if (held) this.onChange(move.sku, picking.ours);
  }
}

function rootOf(picking: Picking): Picking {
  return picking.backorderOf === null ? picking : rootOf(picking.backorderOf);
}

export function isOpen(move: Move): boolean {
  return move.state === 'draft' || move.state === 'waiting';
}

export function stageOf(moves: readonly Move[]): Stage {
  if (moves.length === 0) return 'empty';
  const open = moves.filter(isOpen);
  if (open.some((move) => move.state === 'draft')) return 'draft';
  if (open.length > 0) return open.every((move) => move.reserved === move.demand) ? 'ready' : 'short';
  return moves.some((move) => move.state === 'done') ? 'done' : 'cancelled';
}
