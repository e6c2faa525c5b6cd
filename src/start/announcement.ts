import { type AppConfig } from '../config/app-config.js';

/** What the start says to the person at the terminal once the program listens. Nothing in it is secret. */
export function announcement(config: AppConfig, port: number): string[] {
  const keys = config.apiKeys.length > 0 ? `${config.apiKeys.length} API keys` : 'API OPEN: no API_KEYS';
  const role = config.values.ROLE === 'all' ? [] : [`${config.values.ROLE} process`];
  const accounts = config.sandboxUrl ? 'sandbox' : `publishing ${config.publishing}`;
  return [
    `stock-orchestrator listens on port ${port} (${[config.values.NODE_ENV, ...role, accounts, keys].join(', ')})`,
    ...(config.isProduction
      ? [
          `It speaks plain HTTP on ${config.host}:${port}: keys and signatures need a proxy with TLS in front (docs/deployment.md)`,
        ]
      : []),
  ];
}
