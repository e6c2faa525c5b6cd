import { type ConnectorEntry } from './connectors.module.js';
import * as registered from './registered.js';

/** The connectors of this build. */
export const CONNECTORS: readonly ConnectorEntry[] = Object.values(registered);

export const MANIFESTS = CONNECTORS.map(({ manifest }) => manifest);
