import { type WebhookRoute } from '../webhook-route.js';

export const ODOO_WEBHOOKS: readonly WebhookRoute[] = [
  {
    method: 'POST',
    paths: ['/odoo/webhook/stock-change'],
    topic: 'stock-change',
    logAction: 'webhook.stock-change',
    docs: {
      summary: 'Something changed in Odoo: look',
      description:
        'The body as an Odoo automation sends it, or `{sku, quantity, warehouse?}`. Proved by `?token=` or `x-odoo-webhook-secret`.',
      query: ['token'],
      example: { sku: 'PROD-001', quantity: 50 },
    },
  },
];
