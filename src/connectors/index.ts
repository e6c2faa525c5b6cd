import { type ConnectorEntry } from './connectors.module.js';
import { FalabellaConnector } from './falabella/falabella.connector.js';
import { FalabellaModule } from './falabella/falabella.module.js';
import { OdooConnector } from './odoo/odoo.connector.js';
import { OdooModule } from './odoo/odoo.module.js';
import { TiendanubeConnector } from './tiendanube/tiendanube.connector.js';
import { TiendanubeModule } from './tiendanube/tiendanube.module.js';

/** The connectors of this build. A new one is a folder beside these, and one line here. */
export const CONNECTORS: readonly ConnectorEntry[] = [
  { module: FalabellaModule, connector: FalabellaConnector },
  { module: TiendanubeModule, connector: TiendanubeConnector },
  { module: OdooModule, connector: OdooConnector },
];
