import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ConnectionBrakes } from './connection-brakes.repository.js';
import { ConnectionCache } from './connection-cache.js';
import { ConnectionChanges } from './connection-changes.service.js';
import { ConnectionSettings } from './connection-settings.js';
import { ConnectionState, ConnectionStateSchema } from './connection.schema.js';
import { ConnectionsRepository } from './connections.repository.js';
import { ConnectionsService } from './connections.service.js';
import { InstallsRepository } from './install/installs.repository.js';
import { InstallLink, InstallLinkSchema, PendingInstall, PendingInstallSchema } from './install/schemas.js';
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
];

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
  providers: PROVIDED,
  exports: [...PROVIDED, MongooseModule],
})
export class ConnectionsModule {}
