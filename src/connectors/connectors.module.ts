import { Global, Module, type DynamicModule, type Type } from '@nestjs/common';
import { type Connector } from './contract.js';
import { type Manifest } from './manifest.js';
import { ConnectorRegistry } from './registry.js';

/** The exports of a connector's folder: its manifest, its code, and the module that provides it. */
export interface ConnectorEntry {
  readonly manifest: Manifest;
  readonly module: Type;
  readonly connector: Type<Connector>;
}

/** Holds the connectors of this build. All other modules reach them through the registry. */
@Global()
@Module({})
export class ConnectorsModule {
  static with(entries: readonly ConnectorEntry[]): DynamicModule {
    return {
      module: ConnectorsModule,
      imports: entries.map((entry) => entry.module),
      providers: [
        {
          provide: ConnectorRegistry,
          inject: entries.map((entry) => entry.connector),
          useFactory: (...connectors: Connector[]) => new ConnectorRegistry(connectors),
        },
      ],
      exports: [ConnectorRegistry],
    };
  }
}
