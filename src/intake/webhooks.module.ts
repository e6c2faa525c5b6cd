import { Module, type DynamicModule } from '@nestjs/common';
import { ConnectionWebhookController } from './connection-webhook.controller.js';
import { IntakeModule } from './intake.module.js';
import { webhookController, type ConnectorWebhooks } from './webhook-controllers.js';

/** The routes of webhooks. */
@Module({})
export class WebhooksModule {
  /** @param connectors the connectors with webhooks */
  static with(connectors: readonly ConnectorWebhooks[]): DynamicModule {
    return {
      module: WebhooksModule,
      imports: [IntakeModule],
      controllers: [...connectors.map(webhookController), ConnectionWebhookController],
    };
  }
}
