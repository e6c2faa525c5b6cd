import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AlertsModule } from './alerts/alerts.module.js';
import { AuthFailuresModule } from './auth-failures/auth-failures.module.js';
import { ImportExportModule } from './import-export/import-export.module.js';
import { CommandsModule } from './commands/commands.module.js';
import { KnownQueryGuard } from './common/guards/known-query.guard.js';
import { OutboundModule } from './common/http/http.module.js';
import { LimitsModule } from './common/limits/limits.module.js';
import { LoggingInterceptor } from './common/interceptors/logging.interceptor.js';
import { ProblemFilter } from './common/problem.filter.js';
import { inputValidation } from './common/validation.js';
import { AppConfig } from './config/app-config.js';
import { AppConfigModule } from './config/config.module.js';
import { OnboardingModule } from './onboarding/onboarding.module.js';
import { AlertReviewModule } from './alert-review/alert-review.module.js';
import { AllocationModule } from './allocation/allocation.module.js';
import { ConnectionsModule } from './connections/connections.module.js';
import { CONNECTORS, MANIFESTS } from './connectors/index.js';
import { connectorWords } from './connectors/manifest.js';
import { ConnectorsModule } from './connectors/connectors.module.js';
import { WebhookEventsModule } from './webhook-events/webhook-events.module.js';
import { ListingsModule } from './listings/listings.module.js';
import { OutagesModule } from './outages/outages.module.js';
import { PublishingModule } from './publishing/publishing.module.js';
import { StockChangesModule } from './stock-changes/stock-changes.module.js';
import { HealthModule } from './health/health.module.js';
import { LogsModule } from './logs/logs.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { WorkersModule } from './workers/workers.module.js';
import { QueuesModule } from './queues/queues.module.js';
import { ReconcileModule } from './reconcile/reconcile.module.js';
import { DatabaseModule } from './start/database.module.js';
import { StockModule } from './stock/stock.module.js';
import { FulfilmentModule } from './fulfilment/fulfilment.module.js';
import { ViewsModule } from './views/views.module.js';
import { WebhooksModule } from './intake/webhooks.module.js';
import { WordsModule } from './words/words.module.js';

@Module({})
export class AppModule {
  static with(config: AppConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        // From the bottom up: each module knows only those above it in this list.
        AppConfigModule.with(config),
        DatabaseModule.with(config),
        OutboundModule,
        LimitsModule,
        WordsModule.with(connectorWords(MANIFESTS)),
        LogsModule.with(MANIFESTS.map(({ name }) => name)),
        AlertsModule,
        QueuesModule,
        AuthFailuresModule,
        StockModule,
        OrdersModule,
        ConnectorsModule.with(CONNECTORS),
        WebhookEventsModule,
        ConnectionsModule,
        ListingsModule,
        AllocationModule,
        OutagesModule,
        PublishingModule,
        StockChangesModule,
        FulfilmentModule,
        AlertReviewModule,
        ReconcileModule,
        CommandsModule,
        ImportExportModule,
        WebhooksModule.with(MANIFESTS),
        OnboardingModule,
        ViewsModule,
        WorkersModule,
        HealthModule,
      ],
      providers: [
        { provide: APP_GUARD, useClass: KnownQueryGuard },
        { provide: APP_INTERCEPTOR, useClass: LoggingInterceptor },
        { provide: APP_PIPE, useFactory: inputValidation },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
