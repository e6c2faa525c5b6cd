import { type ConnectorEntry } from '../connectors.module.js';
import { OdooConnector } from './odoo.connector.js';
import { OdooModule } from './odoo.module.js';
import { MANIFEST } from './manifest.js';

const entry: ConnectorEntry = { manifest: MANIFEST, module: OdooModule, connector: OdooConnector };
export default entry;
