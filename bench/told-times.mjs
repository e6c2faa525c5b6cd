/** How long sales took: from the arrival of each order to the first answered push that has it among its causes. */
export async function told(database, orders) {
  const wanted = new Set(orders);
  const received = new Map();
  for await (const event of database.collection('webhook_events').find({}, { projection: { receivedAt: 1, 'hint.order.orderId': 1 } }))
    if (wanted.has(event.hint?.order?.orderId)) received.set(event.hint.order.orderId, event.receivedAt.getTime());
  const answered = new Map();
  for await (const push of database
    .collection('listing_pushes')
    .find({ answeredAt: { $exists: true } }, { projection: { orderIds: 1, answeredAt: 1 } }))
    for (const orderId of push.orderIds) answered.set(orderId, Math.min(answered.get(orderId) ?? Infinity, push.answeredAt.getTime()));
  const times = [...received].flatMap(([orderId, at]) => (answered.has(orderId) ? [answered.get(orderId) - at] : [])).sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
  return `${times.length} of ${orders.length} sales, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`;
}
