import { type ConnectorEntry } from './connectors.module.js';
import falabella from './falabella/index.js';
import odoo from './odoo/index.js';
import tiendanube from './tiendanube/index.js';

/** The connectors of this build. A new one is a folder beside these, imported above and listed here. */
export const CONNECTORS: readonly ConnectorEntry[] = [falabella, tiendanube, odoo];

export const MANIFESTS = CONNECTORS.map(({ manifest }) => manifest);
