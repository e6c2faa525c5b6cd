/** Loads one address with autocannon for a limited time. */
import autocannon from 'autocannon';

const SECRET = 'your_webhook_secret';
const SKUS = 50;

let counter = 0;

/** The documented webhook, with a new order each time. */
function nextOrder() {
  counter += 1;
  return JSON.stringify({
    orderId: `BENCH-${process.pid}-${counter}`,
    products: [{ sku: `PROD-${String((counter % SKUS) + 1).padStart(3, '0')}`, quantity: 1, price: 29990 }],
    status: 'confirmed',
    timestamp: '2025-12-16T10:00:00Z',
  });
}

/**
 * @param {{ url: string, connections: number, seconds: number, rate?: number }} load `rate`: requests per
 * second in all; as fast as possible without
 * @returns {Promise<{ perSecond: number, p50: number, p99: number, max: number, failed: number, sent:
 * number }>} times in milliseconds
 */
export async function load({ url, connections, seconds, rate }) {
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    ...(rate ? { overallRate: rate } : {}),
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-falabella-signature': SECRET },
        setupRequest: (request) => ({ ...request, body: nextOrder() }),
      },
    ],
  });
  const { latency, requests, non2xx, errors } = result;
  return {
    perSecond: Math.round(requests.average),
    p50: latency.p50,
    p99: latency.p99,
    max: latency.max,
    failed: non2xx + errors,
    sent: requests.total,
  };
}
