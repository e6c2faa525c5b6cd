/** The short table of addresses that ends a start. */
import { relative } from 'node:path';
import { isPlaceholder } from './placeholders.mjs';
import { shownUrl } from './state.mjs';

const FROM = {
  environment: 'as given',
  docker: 'in Docker',
  path: 'started here',
  apt: "started here, from Debian's package",
  download: 'started here, downloaded from its vendor',
  documentdb: 'DocumentDB, started here',
};

/**
 * @param {{ root: string, set: import('./paths.mjs').ServiceSet, app: string, sandbox: string | null, env: Record<string, string | undefined>,
 *   services: { redis: import('./state.mjs').RunningService, database: import('./state.mjs').RunningService } }} shown
 * @returns {string}
 */
export function table({ root, set, app, sandbox, services, env }) {
  const rows = [
    ['app', app],
    ['API docs', `${app}/docs`],
    ['health', `${app}/health`],
    ...(sandbox ? [['sandbox', sandbox, 'Falabella and Odoo to try things out: no account is given']] : []),
    ['Redis', shownUrl(services.redis.url), FROM[services.redis.source]],
    ['database', shownUrl(services.database.url), FROM[services.database.source]],
    ['logs', relative(root, set.logDir) || set.logDir],
  ];
  const width = Math.max(...rows.map(([, address]) => address.length));
  const lines = rows.map(
    ([name, address, note]) => `  ${name.padEnd(10)}${note ? `${address.padEnd(width)}  ${note}` : address}`,
  );
  return ['', ...lines, '', ...notes(env, sandbox)].join('\n');
}

function notes(env, sandbox) {
  const lines = [];
  if (isPlaceholder(env.API_KEYS)) lines.push('  API_KEYS is not set: whoever reaches this port may use the API.');
  if (!sandbox && !env.SANDBOX_URL)
    lines.push(
      '  A new account begins in shadow: everything is read and computed, nothing is written. docs/first-day.md says how to go live.',
    );
  lines.push('  Ctrl-C stops everything that was started here; data is kept.');
  return lines;
}
