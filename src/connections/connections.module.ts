import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsService } from './accounts.service.js';
import { ConnectionsService } from './connections.service.js';
import { InstallsRepository } from './install/installs.repository.js';
import { InstallLink, InstallLinkSchema, PendingInstall, PendingInstallSchema } from './install/schemas.js';
import { ConnectionState, ConnectionStateSchema } from './schemas.js';
import { Warehouse, WarehouseSchema } from './warehouses/warehouse.schema.js';
import { WarehousesService } from './warehouses/warehouses.service.js';

const PROVIDED = [AccountsService, ConnectionsService, InstallsRepository, WarehousesService];

/** The connected accounts: their settings, their state and the warehouses that they know. */
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
