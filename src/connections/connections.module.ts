import { Global, Module, type FactoryProvider } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { RENEW_CREDENTIALS, type RenewCredentials } from '../connectors/renew-credentials.js';
import { ConnectionBrakes } from './connection-brakes.repository.js';
import { ConnectionCache } from './connection-cache.js';
import { ConnectionChanges } from './connection-changes.service.js';
import { ConnectionSettings } from './connection-settings.js';
import { ConnectionState, ConnectionStateSchema } from './connection.schema.js';
import { ConnectionsRepository } from './connections.repository.js';
import { ConnectionsService } from './connections.service.js';
import { CredentialRenewal } from './credential-renewal.service.js';
import { InstallsRepository } from './install/installs.repository.js';
import { InstallLink, InstallLinkSchema, PendingInstall, PendingInstallSchema } from './install/schemas.js';
import { UnusableConnections } from './unusable-connections.service.js';
import { Warehouse, WarehouseSchema } from './warehouses/warehouse.schema.js';
import { WarehousesService } from './warehouses/warehouses.service.js';

const PROVIDED = [
  ConnectionsService,
  ConnectionChanges,
  ConnectionCache,
  ConnectionSettings,
  ConnectionsRepository,
  ConnectionBrakes,
  InstallsRepository,
  WarehousesService,
  CredentialRenewal,
];
const RENEW: FactoryProvider<RenewCredentials> = {
  provide: RENEW_CREDENTIALS,
  inject: [CredentialRenewal],
  useFactory: (renewal: CredentialRenewal) => (connection, how) => renewal.renew(connection, how),
};

/** The connections: settings, state, and the warehouses that they know. */
@Global()
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: ConnectionState.name, schema: ConnectionStateSchema },
      { name: Warehouse.name, schema: WarehouseSchema },
      { name: InstallLink.name, schema: InstallLinkSchema },
      { name: PendingInstall.name, schema: PendingInstallSchema },
    ]),
  ],
  providers: [...PROVIDED, RENEW, UnusableConnections],
  exports: [...PROVIDED, RENEW_CREDENTIALS, MongooseModule],
})
export class ConnectionsModule {}
