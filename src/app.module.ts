import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AlertsModule } from './alerts/alerts.module.js';
import { BulkModule } from './import-export/import-export.module.js';
import { CommandsModule } from './commands/commands.module.js';
import { ApiKeyGuard } from './common/guards/api-key.guard.js';
import { OutboundModule } from './common/http/http.module.js';
import { LimitsModule } from './common/limits/limits.module.js';
import { LoggingInterceptor } from './common/interceptors/logging.interceptor.js';
import { ProblemFilter } from './common/problem.filter.js';
import { inputValidation } from './common/validation.js';
import { AppConfig } from './config/app-config.js';
import { AppConfigModule } from './config/config.module.js';
import { ConnectionsModule } from './onboarding/onboarding.module.js';
import { ConnectorsModule } from './connections/connections.module.js';
import { FalabellaConnector } from './connectors/falabella/falabella.connector.js';
import { FalabellaModule } from './connectors/falabella/falabella.module.js';
import { HealthModule } from './health/health.module.js';
import { LogsModule } from './logs/logs.module.js';
import { OdooConnector } from './connectors/odoo/odoo.connector.js';
import { OdooModule } from './connectors/odoo/odoo.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { ProcessorsModule } from './workers/workers.module.js';
import { QueuesModule } from './queues/queues.module.js';
import { ReconcileModule } from './reconcile/reconcile.module.js';
import { DatabaseModule } from './start/database.module.js';
import { StockModule } from './stock/stock.module.js';
import { SyncModule } from './fulfilment/fulfilment.module.js';
import { TiendanubeConnector } from './connectors/tiendanube/tiendanube.connector.js';
import { TiendanubeModule } from './connectors/tiendanube/tiendanube.module.js';
import { ViewsModule } from './views/views.module.js';
import { WebhooksModule } from './intake/intake.module.js';

@Module({})
export class AppModule {
  static with(config: AppConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        AppConfigModule.with(config),
        DatabaseModule.with(config),
        OutboundModule,
        LimitsModule,
        LogsModule,
        AlertsModule,
        QueuesModule,
        ConnectorsModule.with([
          { module: FalabellaModule, connector: FalabellaConnector },
          { module: TiendanubeModule, connector: TiendanubeConnector },
          { module: OdooModule, connector: OdooConnector },
        ]),
        StockModule,
        OrdersModule,
        SyncModule,
        CommandsModule,
        BulkModule,
        WebhooksModule,
        ProcessorsModule,
        ViewsModule,
        ConnectionsModule,
        ReconcileModule,
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
