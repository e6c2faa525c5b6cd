/**
 * How long sales took: from the arrival of each order to the first answered push that has it among its
 * causes.
 * @param {import('mongoose').Connection} database
 * @param {readonly string[]} orders
 * @param {string} channel  whose pushes count
 */
export async function told(database, orders, channel = 'falabella') {
  const times = (await timesOf(database, orders, channel)).map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
  return `${times.length} of ${orders.length} sales, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`;
}

/**
 * The pushes to a channel that contained no sale and began while a sale waited. `leadMs`: a push may
 * already have been in flight.
 */
export async function overtaken(database, orders, channel, leadMs) {
  const times = await timesOf(database, orders, channel);
  const pushes = await database.collection('listing_pushes').find({ connection: channel }).toArray();
  return pushes.filter(({ orderIds, createdAt }) => {
    const at = createdAt.getTime();
    return orderIds.length === 0 && times.some(({ movedAt, begunAt }) => at > movedAt + leadMs && at < begunAt);
  }).length;
}

async function timesOf(database, orders, channel) {
  const received = new Map();
  for await (const event of database
    .collection('webhook_events')
    .find({}, { projection: { receivedAt: 1, 'intent.order.orderId': 1 } }))
    if (event.intent?.order) received.set(event.intent.order.orderId, event.receivedAt.getTime());
  const moved = new Map();
  for await (const { cause, at } of database
    .collection('stock_movements')
    .find({ kind: 'reserve' }, { projection: { cause: 1, at: 1 } }))
    moved.set(cause.orderId, at.getTime());
  const first = new Map();
  const answered = database
    .collection('listing_pushes')
    .find(
      { connection: channel, answeredAt: { $exists: true } },
      { projection: { orderIds: 1, createdAt: 1, answeredAt: 1 } },
    )
    .sort({ answeredAt: 1 });
  for await (const push of answered)
    for (const orderId of push.orderIds) if (!first.has(orderId)) first.set(orderId, push);
  return orders
    .filter((orderId) => received.has(orderId) && first.has(orderId))
    .map((orderId) => {
      const { createdAt, answeredAt } = first.get(orderId);
      const tookMs = answeredAt.getTime() - received.get(orderId);
      return { tookMs, movedAt: moved.get(orderId) ?? received.get(orderId), begunAt: createdAt.getTime() };
    });
}
