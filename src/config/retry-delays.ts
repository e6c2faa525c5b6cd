/**
 * When waiting work is tried again, in milliseconds. What a failed call waits for is in `outages/retry-policy.ts`; limits and pace
 * of a platform are in its connector's folder.
 */
export const RETRY_AFTER_MS = {
  /** An order with an unknown SKU is planned again, in case a wake-up was lost: after as long as it has waited, within these bounds. */
  unmappedOrder: { first: 2 * 60_000, longest: 3_600_000 },
  /** The ERP is asked for the unknown SKUs of all orders together. */
  unmappedSkus: 2 * 60_000,
  /** A delivery that the ERP has not all units for. */
  shortDelivery: 60_000,
  /** A delivery that waits for its ERP to be resumed. */
  pausedErp: 60_000,
  /** A delivery that waits for a person: its ERP is in shadow, or not connected. */
  closedErp: 10 * 60_000,
  /** An entry whose SKU the ERP cannot count. */
  uncountableEntry: 15 * 60_000,
  /** An entry that the brake holds: a person may have corrected the ERP. */
  heldEntry: 2 * 60_000,
  /** A listing that the brake holds. */
  heldListing: 30_000,
  /** A number that the channel refuses: after this time, then after twice as long each time, up to the longest. */
  refusedListing: { first: 60_000, longest: 3_600_000 },
  /** An event whose subject the platform does not show yet. */
  earlyEvent: 20_000,
  /** An order that the platform shows in part: at most this long until the next read. */
  incompleteOrder: 3_600_000,
  /** The pushes of a channel that another process pushes to. */
  busyChannel: 500,
  /** However long a platform asks for silence, a call is tried after this time. */
  longestSilence: 3_600_000,
  /** Work of a silent connection, if the silence lasts longer: a person may have resumed it. */
  silentConnection: 60_000,
  /** One call of a paused connection: its owner may have repaired it at the platform. */
  pausedConnection: 5 * 60_000,
} as const;

/** A connection whose platform has asked for no calls for this long is an alert. */
export const SILENCE_ALERT_MS = 5 * 60_000;
/** A silence is over when no new wait begins within this time after the last one. */
export const SILENCE_OVER_MS = 2 * 60_000;
