import { type ConnectorEntry } from '../connectors.module.js';
import { TiendanubeConnector } from './tiendanube.connector.js';
import { TiendanubeModule } from './tiendanube.module.js';
import { MANIFEST } from './manifest.js';

const entry: ConnectorEntry = { manifest: MANIFEST, module: TiendanubeModule, connector: TiendanubeConnector };
export default entry;
