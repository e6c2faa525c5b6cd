import { type ConnectionSettings } from '../../../src/config/connection-kind.js';

/** The connectors of the laws read no configuration. */
export const NO_SETTINGS: ConnectionSettings = { fields: {}, read: () => null, sandbox: { every: () => ({}) } };
