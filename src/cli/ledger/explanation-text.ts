import { type Cause, type Movement } from '../../stock/ledger.types.js';
import { coreWords } from '../../words/core-words.js';
import { DEFAULT_LANGUAGE } from '../../words/language.js';
import { orderOf, type ExplainedEntry, type ExplainedListing, type Explanation } from './explanation.js';

const MOST_RESERVATIONS = 100;

/** As lines for a person. */
export function explanationText({ sku, entries, listings, orders }: Explanation): string[] {
  const many = entries.length > 1 ? [`  in all: ${balance(entries.map(shown).reduce(sum))}`] : [];
  return [
    sku,
    ...many,
    ...entries.flatMap((entry) => ['', ...entryLines(entry, orders)]),
    '',
    ...(listings.length === 0 ? ['No channel sells it.'] : listings.flatMap(listingLines)),
  ];
}

/** Whether the ledger is consistent: every reserved unit has a reservation, and the entry shows its chain. */
export function isExplained({ examined, reservations }: ExplainedEntry): boolean {
  return examined.finding === null && (examined.head?.reserved ?? 0) === units(reservations);
}

function entryLines(explained: ExplainedEntry, orders: ReadonlyMap<string, string>): string[] {
  const { entry, examined, reservations, movements } = explained;
  const master =
    entry.master === 'ledger' ? 'the ledger decides what is there' : `${entry.master} decides what is there`;
  const seen = entry.observedAt ? `last counted ${time(entry.observedAt)}` : 'not counted yet';
  return [
    `${entry.warehouse}: ${balance(shown(explained))}`,
    `  ${master}; ${seen}`,
    ...(entry.problem ? [`  ${entry.master} cannot say how much there is: ${entry.problem}`] : []),
    ...(entry.seen?.warehouses ?? []).map(
      ({ code, onHand, free, heldByUs }) =>
        `  there, in ${code}: ${onHand} on hand, ${free} free, ${heldByUs} held by our own deliveries`,
    ),
    ...(examined.finding
      ? [`  ! ${examined.finding.detail}. npm run ledger -- rebuild makes the entry show its chain.`]
      : []),
    ...reservationLines(explained, orders),
    ...(reservations.length === 0 ? ['  nothing is reserved'] : []),
    ...(movements.length === 0
      ? ['  nothing has ever moved']
      : ['  newest movements', ...table(movements.map(movementCells))]),
  ];
}

function reservationLines({ examined, reservations }: ExplainedEntry, orders: ReadonlyMap<string, string>): string[] {
  const rows = reservations.slice(0, MOST_RESERVATIONS).map(({ units: held, at, cause }) => {
    const order = orderOf(cause);
    const status = order === null ? '' : ` (${orders.get(order) ?? 'there is no such order'})`;
    return [String(held), `since ${time(at)}`, `${why(cause)}${status}`];
  });
  const missing = (examined.head?.reserved ?? 0) - units(reservations);
  return [
    ...(rows.length > 0 ? ['  reserved for', ...table(rows)] : []),
    ...(reservations.length > rows.length
      ? [`    ... and ${units(reservations.slice(rows.length))} for ${reservations.length - rows.length} more`]
      : []),
    ...(missing === 0
      ? []
      : [`  ! ${missing} reserved units belong to no known order, as far as the chain was read without a break`]),
  ];
}

function listingLines({ listing, pushes }: ExplainedListing): string[] {
  const { _id, published, observed, rules, parts, push, error, preview } = listing;
  const made = parts
    ? `; one is made of ${parts.map(({ sku, quantity }) => `${quantity} x ${sku}`).join(', ') || 'nothing that is counted'}`
    : '';
  const kept = `buffer ${rules.buffer}, ${rules.cap === null ? 'no cap' : `cap ${rules.cap}`}${rules.notForSale ? ', not for sale: 0 is shown' : ''}`;
  return [
    `${_id}: ${published ? `published ${published.quantity} (${published.state}) ${time(published.at)}` : 'its number is not known and will be published again'}; ${kept}${made}`,
    ...(observed ? [`  observed ${observed.quantity} ${time(observed.at)}`] : []),
    ...(preview ? [`  in shadow: would publish ${preview.quantity} (${time(preview.at)})`] : []),
    ...(push.requested > push.processed
      ? [
          `  to publish${push.since ? ` since ${time(push.since)}` : ''}${push.error ? `: ${coreWords.reason(push.error, DEFAULT_LANGUAGE)}` : ''}`,
        ]
      : []),
    ...(error ? [`  refused the last number: ${error}`] : []),
    ...table(
      pushes.map(({ createdAt, state, items }) => [
        time(createdAt),
        items.map(({ quantity, refused }) => `${quantity}${refused ? ` refused: ${refused}` : ''}`).join(', '),
        state,
      ]),
    ),
  ];
}

function movementCells(movement: Movement): string[] {
  const { seq, at, kind, quantityDelta, reservedDelta, quantity, reserved, cause } = movement;
  return [
    `#${seq}`,
    time(at),
    kind,
    `on hand ${quantity}${change(quantityDelta)}`,
    `reserved ${reserved}${change(reservedDelta)}`,
    `available ${quantity - reserved}`,
    why(cause),
  ];
}

function why({ type, connection, orderId, commandId, actor, reason }: Cause): string {
  const by = actor ? ` by ${actor}` : '';
  const because = reason ? `: ${reason}` : '';
  if (orderId !== undefined) return `order ${orderId}${connection ? ` of ${connection}` : ''}${by}${because}`;
  if (type === 'command') return `command ${commandId ?? ''}${by}${because}`;
  return `observed${connection ? ` in ${connection}` : ''}${because}`;
}

function shown({ examined }: ExplainedEntry): { quantity: number; reserved: number } {
  return { quantity: examined.head?.quantity ?? 0, reserved: examined.head?.reserved ?? 0 };
}

function sum(a: { quantity: number; reserved: number }, b: { quantity: number; reserved: number }) {
  return { quantity: a.quantity + b.quantity, reserved: a.reserved + b.reserved };
}

function balance({ quantity, reserved }: { quantity: number; reserved: number }): string {
  const available = quantity - reserved;
  return `${quantity} on hand - ${reserved} reserved = ${available} available${available < 0 ? ', oversold' : ''}`;
}

function units(reservations: readonly { readonly units: number }[]): number {
  return reservations.reduce((total, one) => total + one.units, 0);
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `    ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

const change = (delta: number) => (delta === 0 ? '' : ` (${delta < 0 ? '' : '+'}${delta})`);
const time = (at: Date) => at.toISOString().replace('T', ' ').slice(0, 19);
