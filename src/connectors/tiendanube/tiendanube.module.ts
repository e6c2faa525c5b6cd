import { Module } from '@nestjs/common';
import { AccountCheck } from './check/account-check.service.js';
import { TiendanubeInstaller } from './install/app-installer.service.js';
import { WebhookRegistration } from './install/webhook-registration.service.js';
import { TiendanubeApi } from './tiendanube-api.service.js';
import { TiendanubeCatalogue } from './tiendanube-catalogue.service.js';
import { TiendanubeConnector } from './tiendanube.connector.js';
import { TiendanubeLocations } from './tiendanube-locations.service.js';
import { TiendanubeClientOptions } from './tiendanube.options.js';
import { TiendanubeOrders } from './tiendanube-orders.service.js';
import { TiendanubeStock } from './tiendanube-stock.service.js';

/** Everything about Tiendanube. Needs the outbound HTTP client (`OutboundModule`) and the limits (`LimitsModule`). */
@Module({
  providers: [
    TiendanubeClientOptions,
    TiendanubeApi,
    TiendanubeOrders,
    TiendanubeCatalogue,
    TiendanubeLocations,
    TiendanubeStock,
    AccountCheck,
    WebhookRegistration,
    TiendanubeInstaller,
    TiendanubeConnector,
  ],
  exports: [TiendanubeConnector, TiendanubeApi],
})
export class TiendanubeModule {}
