import { type WebhookRoute } from '../webhook-route.js';

const SIGNATURE =
  "Proved by `x-linkedstore-hmac-sha256`: the hex HMAC-SHA256 of the raw body, made with the app's client secret.";
const PRIVACY = `${SIGNATURE} Its address is set in the partner panel.`;

/** The paths of registered webhooks. Older registrations may have the second path. */
export const EVENT_PATHS = ['/webhooks/tiendanube', '/tiendanube/webhook'] as const;

export const TIENDANUBE_WEBHOOKS: readonly WebhookRoute[] = [
  {
    method: 'POST',
    paths: EVENT_PATHS,
    topic: 'event',
    logAction: 'webhook.event',
    docs: {
      summary: 'Something happened in a store: look at what it names',
      description: `${SIGNATURE} Answered at once, for Tiendanube waits 3 seconds; the work comes after.`,
      example: { store_id: 123, event: 'order/created', id: 456 },
    },
  },
  privacy('store-redact', 'A store has left: its data is to be erased', { store_id: 123 }),
  privacy('customers-redact', "A buyer's data is to be erased", { store_id: 123, orders_to_redact: [456] }),
  privacy('customers-data-request', 'A buyer asks what is known of them', {
    store_id: 123,
    orders_requested: [456],
    data_request: { id: 789 },
  }),
];

function privacy(topic: string, summary: string, example: Readonly<Record<string, unknown>>): WebhookRoute {
  const [first, second] = EVENT_PATHS;
  return {
    method: 'POST',
    paths: [`${first}/${topic}`, `${second}/${topic}`],
    topic,
    logAction: 'webhook.privacy',
    docs: { summary, description: PRIVACY, example },
  };
}
