import { type ChannelConnector, type Connection, type Connector, type ErpConnector } from './contract.js';

/** A connection with the code that serves it. */
export interface Bound<C> {
  readonly connector: C;
  readonly connection: Connection;
}

/** The connectors of this build, by name. */
export class ConnectorRegistry {
  private readonly byName: ReadonlyMap<string, Connector>;

  constructor(connectors: readonly Connector[]) {
    this.byName = new Map(connectors.map((connector) => [connector.manifest.name, connector]));
  }

  /** @throws Error for a connection whose connector this build does not have */
  any(connection: Connection): Bound<ChannelConnector | ErpConnector> {
    const connector = this.byName.get(connection.connector);
    if (!connector) throw new Error(`there is no connector named ${connection.connector}`);
    return { connector: connector, connection };
  }

  /** The members of a connector that need no account; undefined for an unknown name. */
  find(name: string): Pick<ChannelConnector, 'classify' | 'install' | 'manifest'> | undefined {
    return this.byName.get(name);
  }

  /** As `find`. @throws Error for an unknown name */
  named(name: string): Pick<ChannelConnector, 'classify' | 'install' | 'manifest'> {
    const connector = this.find(name);
    if (!connector) throw new Error(`there is no connector named ${name}`);
    return connector;
  }

  channel(connection: Connection): Bound<ChannelConnector> | null {
    const { connector } = this.any(connection);
    return connector.manifest.role === 'channel' ? { connector: connector as ChannelConnector, connection } : null;
  }

  erp(connection: Connection): Bound<ErpConnector> | null {
    const { connector } = this.any(connection);
    return connector.manifest.role === 'erp' ? { connector: connector as ErpConnector, connection } : null;
  }
}
