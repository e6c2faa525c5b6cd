import { type ConnectorEntry } from '../connectors.module.js';
import { FalabellaConnector } from './falabella.connector.js';
import { FalabellaModule } from './falabella.module.js';
import { MANIFEST } from './manifest.js';

const entry: ConnectorEntry = { manifest: MANIFEST, module: FalabellaModule, connector: FalabellaConnector };
export default entry;
