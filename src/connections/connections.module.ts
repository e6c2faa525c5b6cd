import { Global, Module, type DynamicModule, type Type } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsService } from './accounts.service.js';
import { ConnectionsService } from './connections.service.js';
import { type Connector } from '../connectors/contract.js';
import { InstallsRepository } from './install/installs.repository.js';
import { InstallLink, InstallLinkSchema, PendingInstall, PendingInstallSchema } from './install/schemas.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { ConnectorRegistry } from '../connectors/registry.js';
import { Warehouse, WarehouseSchema } from './warehouses/warehouse.schema.js';
import { WarehousesService } from './warehouses/warehouses.service.js';
import { WholeListings } from '../listings/whole-listings.repository.js';
import { ConnectionState, ConnectionStateSchema, Listing, ListingSchema } from './schemas.js';

/** A connector and the module that makes it. */
export interface ConnectorEntry {
  readonly module: Type;
  readonly connector: Type<Connector>;
}

/** Knows the connectors of this build; everything else reaches them through the registry. */
@Global()
@Module({})
export class ConnectorsModule {
  static with(entries: readonly ConnectorEntry[]): DynamicModule {
    return {
      module: ConnectorsModule,
      imports: [
        MongooseModule.forFeature([
          { name: ConnectionState.name, schema: ConnectionStateSchema },
          { name: Listing.name, schema: ListingSchema },
          { name: Warehouse.name, schema: WarehouseSchema },
          { name: InstallLink.name, schema: InstallLinkSchema },
          { name: PendingInstall.name, schema: PendingInstallSchema },
        ]),
        ...entries.map((entry) => entry.module),
      ],
      providers: [
        {
          provide: ConnectorRegistry,
          inject: entries.map((entry) => entry.connector),
          useFactory: (...connectors: Connector[]) => new ConnectorRegistry(connectors),
        },
        AccountsService,
        ConnectionsService,
        ListingsRepository,
        WholeListings,
        InstallsRepository,
        WarehousesService,
      ],
      exports: [
        ConnectorRegistry,
        AccountsService,
        ConnectionsService,
        ListingsRepository,
        WholeListings,
        InstallsRepository,
        WarehousesService,
      ],
    };
  }
}
