import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { AlertsModule } from './alerts/alerts.module.js';
import { ApiKeyGuard } from './common/guards/api-key.guard.js';
import { OutboundModule } from './common/http/http.module.js';
import { LoggingInterceptor } from './common/interceptors/logging.interceptor.js';
import { ProblemFilter } from './common/problem.filter.js';
import { inputValidation } from './common/validation.js';
import { AppConfig } from './config/app-config.js';
import { AppConfigModule } from './config/config.module.js';
import { ConnectorsModule } from './connectors/connectors.module.js';
import { FalabellaConnector } from './falabella/falabella.connector.js';
import { FalabellaModule } from './falabella/falabella.module.js';
import { HealthModule } from './health/health.module.js';
import { LogsModule } from './logs/logs.module.js';
import { OdooConnector } from './odoo/odoo.connector.js';
import { OdooModule } from './odoo/odoo.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { ProcessorsModule } from './queues/processors.module.js';
import { QueuesModule } from './queues/queues.module.js';
import { StockModule } from './stock/stock.module.js';
import { SyncModule } from './sync/sync.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** Written means durable; decisions read from the primary. The URI's own check keeps it from weakening this. */
const database = MongooseModule.forRootAsync({
  inject: [AppConfig],
  useFactory: (config: AppConfig) => ({
    uri: config.mongoUri,
    writeConcern: { w: 'majority' as const, journal: true },
    readPreference: 'primary' as const,
    retryWrites: true,
    serverSelectionTimeoutMS: 5_000,
    // while the database is away a command fails after those 5 s; it is not queued in memory
    bufferCommands: false,
    autoCreate: false,
    autoIndex: false,
    retryAttempts: 1,
  }),
});

@Module({})
export class AppModule {
  static with(config: AppConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        AppConfigModule.with(config),
        database,
        OutboundModule,
        LogsModule,
        AlertsModule,
        QueuesModule,
        ConnectorsModule.with([
          { module: FalabellaModule, connector: FalabellaConnector },
          { module: OdooModule, connector: OdooConnector },
        ]),
        StockModule,
        OrdersModule,
        SyncModule,
        WebhooksModule,
        ProcessorsModule,
        HealthModule,
      ],
      providers: [
        { provide: APP_GUARD, useClass: ApiKeyGuard },
        { provide: APP_INTERCEPTOR, useClass: LoggingInterceptor },
        { provide: APP_PIPE, useFactory: inputValidation },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
