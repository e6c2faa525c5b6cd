/** When an order of a channel counts, and which number the channel receives. */
export interface SellingRules {
  /** When its units are reserved. */
  readonly reserveAt: 'created' | 'paid';
  /** From which status on it is delivered. */
  readonly deliverAt: 'confirmed' | 'paid' | 'ready_to_ship' | 'shipped';
  /** Orders that the channel reports as unpaid are delivered, too. */
  readonly deliverUnpaid: boolean;
  /** After how many hours an order that may not be delivered yet loses its reservation; null: never. */
  readonly reservationHours: number | null;
  /** `available`: less what any order reserves. `on_hand`: for a channel that subtracts its own open orders itself. */
  readonly pushes: 'available' | 'on_hand';
}
