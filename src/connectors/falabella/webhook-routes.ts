import { type WebhookRoute } from '../webhook-route.js';

const SIGNATURE =
  'Proved by `x-falabella-signature`: the shared secret, or `sha256=` and the hex HMAC-SHA256 of the body made with it.';
const OWN_ADDRESS = '/falabella/webhook/:token';
const TOKEN = 'Of FALABELLA_WEBHOOK_TOKEN; with any other token this address does not exist.';

export const FALABELLA_WEBHOOKS: readonly WebhookRoute[] = [
  {
    method: 'POST',
    paths: ['/falabella/webhook/order'],
    topic: 'order',
    logAction: 'webhook.order',
    docs: {
      summary: 'An order, as it is now',
      description: SIGNATURE,
      example: {
        orderId: 'FAL-12345',
        products: [{ sku: 'PROD-001', quantity: 2, price: 29990 }],
        status: 'confirmed',
        timestamp: '2025-12-16T10:00:00Z',
      },
    },
  },
  {
    method: 'POST',
    paths: ['/falabella/webhook/stock'],
    topic: 'stock',
    logAction: 'webhook.stock',
    docs: {
      summary: 'What the channel shows of a SKU: compared, and put right there',
      description: SIGNATURE,
      example: { sku: 'PROD-001', quantity: 105, timestamp: '2025-12-16T10:00:00Z' },
    },
  },
  {
    method: 'POST',
    paths: [OWN_ADDRESS],
    topic: 'event',
    logAction: 'webhook.event',
    docs: {
      summary: "One of Falabella's own webhooks: look at what it names",
      description:
        'Not signed: only names are taken from it. Answered with exactly 200, or Falabella sends it again for 30 days.',
      token: TOKEN,
      example: { event: 'onOrderCreated', payload: { OrderId: 1001 } },
    },
    hidden: true,
  },
  {
    method: 'GET',
    paths: [OWN_ADDRESS],
    topic: 'event',
    logAction: 'webhook.probe',
    docs: { summary: "Whether the address of Falabella's own webhooks is right", token: TOKEN },
    hidden: true,
  },
];
