/** Sound chains, written without the ledger, because only the check of them is measured. */
const GROUP = 2_000;
const SKUS = 1_000;
const CAUSE = { type: 'order', connection: 'bench', orderId: 'bench' };

/**
 * @param {import('mongoose').Connection} connection
 * @param {number} movements in all
 */
export async function fillChains(connection, movements) {
  const length = Math.ceil(movements / SKUS);
  const rows = connection.collection('stock_movements');
  const entries = connection.collection('stock_entries');
  let group = [];
  let written = 0;
  for (let n = 0; written < movements; n++) {
    const sku = `CHECK-${n}`;
    const entry = `main/${sku}`;
    const count = Math.min(length, movements - written);
    const chain = chainOf(sku, entry, count);
    written += count;
    group.push(...chain);
    const { seq, quantity, reserved, at } = chain.at(-1);
    const shown = { seq, quantity, reserved, available: quantity - reserved, observedAt: at, updatedAt: at };
    await entries.insertOne({
      _id: entry,
      sku,
      warehouse: 'main',
      master: 'ledger',
      observe: { requested: 0, processed: 0 },
      ...shown,
      schemaVersion: 1,
    });
    for (; group.length >= GROUP || (written === movements && group.length > 0); group = group.slice(GROUP))
      await rows.insertMany(group.slice(0, GROUP), { ordered: false });
  }
}

/** A first quantity, then reserves that are each committed. */
function chainOf(sku, entry, length) {
  const at = new Date();
  let [quantity, reserved] = [0, 0];
  return Array.from({ length }, (_, i) => {
    const kind = i === 0 ? 'sync_in' : i % 2 === 1 ? 'reserve' : 'commit';
    const key = i === 0 ? 'start' : kind === 'reserve' ? `order/${i}` : `order/${i - 1}/end`;
    const quantityDelta = i === 0 ? length : kind === 'commit' ? -1 : 0;
    const reservedDelta = i === 0 ? 0 : kind === 'reserve' ? 1 : -1;
    quantity += quantityDelta;
    reserved += reservedDelta;
    const balances = { quantityDelta, reservedDelta, quantity, reserved };
    const _id = `${entry}#${String(i + 1).padStart(12, '0')}`;
    return {
      _id,
      entry,
      sku,
      warehouse: 'main',
      seq: i + 1,
      kind,
      ...balances,
      key,
      cause: CAUSE,
      observed: i === 0,
      master: 'ledger',
      at,
      schemaVersion: 1,
    };
  });
}
