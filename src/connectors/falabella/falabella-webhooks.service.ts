import { Injectable } from '@nestjs/common';
import { XMLBuilder } from 'fast-xml-parser';
import { type Envelope } from './envelope.js';
import { type RegisteredWebhook } from './events/webhook-plan.js';
import { type Account, SellerCenter } from './seller-center.service.js';
import { at, many, text } from './tree.js';

const builder = new XMLBuilder({ processEntities: true });

/** The webhooks that Seller Center sends for this account. Their addresses hold a secret and are never logged. */
@Injectable()
export class FalabellaWebhooks {
  constructor(private readonly api: SellerCenter) {}

  /** All webhooks, including those of other integrations of the account. */
  async list(account: Account): Promise<readonly RegisteredWebhook[]> {
    return this.api.call(account, {
      action: 'GetWebhooks',
      take: webhooksOf,
      summarise: (hooks) => ({ items: hooks.length }),
    });
  }

  /** Returns its id. A second registration of an address makes a second webhook, so list first. */
  async create(url: string, events: readonly string[], account: Account): Promise<string> {
    return this.api.call(account, {
      action: 'CreateWebhook',
      body: document({ Webhook: { CallbackUrl: url, Events: { Event: [...events] } } }),
      request: { events },
      take: ({ body }) => text(at(body, 'Webhook', 'WebhookId')) || null,
      summarise: (webhookId) => ({ webhookId }),
    });
  }

  async remove(webhookId: string, account: Account): Promise<void> {
    await this.api.call(account, {
      action: 'DeleteWebhook',
      body: document({ Webhook: webhookId }),
      request: { webhookId },
      take: () => true,
      summarise: () => ({}),
    });
  }
}

function document(request: Readonly<Record<string, unknown>>): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${builder.build({ Request: request })}`;
}

function webhooksOf({ body }: Envelope): readonly RegisteredWebhook[] {
  return many(at(body, 'Webhooks', 'Webhook')).map((node) => ({
    webhookId: text(at(node, 'WebhookId')),
    url: text(at(node, 'CallbackUrl')),
    events: many(at(node, 'Events', 'Event')).map(text),
  }));
}
