/**
 * The import arrows of docs/architecture.md. Rooms stand one above the other; a room may import those below it, never one above.
 * Connectors are found by their place, so that the next folder is held to the same rules.
 */
const ROOMS = [
  'health',
  'workers',
  'cli',
  'views',
  'onboarding',
  'import-export',
  'commands',
  'intake',
  'reconcile',
  'alert-review',
  'fulfilment',
  'stock-changes',
  'publishing',
  'outages',
  'allocation',
  'listings',
  'connections',
  'webhook-events',
  'connectors',
  'orders',
  'stock',
  'auth-failures',
  'start',
  'queues',
  'alerts',
  'logs',
  'common',
  'config',
  'words',
];
const CONNECTOR = '^src/connectors/([^/]+)/';
const notSpec = '\\.spec\\.ts$';

/** @param {string[]} allowed the rooms, or files in them, that `room` may import */
const only = (name, room, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: notSpec },
  to: { path: '^src/', pathNot: [room, ...allowed].map((folder) => `^src/${folder}/`) },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...ROOMS.map((room, position) => ({
      name: `${room}-imports-only-what-is-below`,
      severity: 'error',
      from: { path: `^src/${room}/`, pathNot: notSpec },
      to: { path: `^src/(${[...ROOMS.slice(0, position), '[^/]+\\.ts$'].join('|')})(/|$)` },
    })),
    {
      name: 'every-folder-is-a-room',
      comment: 'a new folder takes its place in ROOMS',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${ROOMS.join('|')})/` },
      to: {},
    },
    only('stock-knows-no-connector', 'stock', ['common', 'config'], 'the ledger stands by itself'),
    only('orders-know-the-ledger', 'orders', ['stock', 'common', 'config', 'words'], 'orders know the ledger alone'),
    only('logs-stand-aside', 'logs', ['common', 'config'], 'a log document knows nothing of what it is about'),
    only('alerts-stand-aside', 'alerts', ['common', 'config', 'words'], 'whoever sees something raises the alert'),
    {
      name: 'a-connector-knows-the-contract',
      comment: 'never the core',
      severity: 'error',
      from: { path: CONNECTOR, pathNot: notSpec },
      to: { path: '^src/', pathNot: ['^src/connectors/', '^src/common/', '^src/config/', '^src/words/'] },
    },
    {
      name: 'a-connector-knows-no-other',
      severity: 'error',
      from: { path: CONNECTOR, pathNot: notSpec },
      to: { path: CONNECTOR, pathNot: '^src/connectors/$1/' },
    },
    {
      name: 'connectors-through-the-registry',
      comment: 'the core names no connector: connectors/registered.ts has a line for each',
      severity: 'error',
      from: { path: '^src/', pathNot: [CONNECTOR, '^src/connectors/registered\\.ts$', notSpec] },
      to: { path: CONNECTOR },
    },
    {
      name: 'the-contract-knows-orders-as-they-are',
      severity: 'error',
      from: { path: '^src/connectors/[^/]+\\.ts$', pathNot: notSpec },
      to: {
        path: '^src/',
        pathNot: [
          '^src/connectors/',
          '^src/common/',
          '^src/config/',
          '^src/words/',
          '^src/orders/order-snapshot\\.ts$',
        ],
      },
    },
    {
      name: 'sandbox-shares-nothing',
      comment: 'a mistake must not agree with itself',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { path: '^(src|test|scripts|bench)/' },
    },
    {
      name: 'src-stands-alone',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(sandbox|test|scripts|bench)/' },
    },
    {
      name: 'no-unlisted-package',
      severity: 'error',
      from: { path: '^(src|sandbox)/', pathNot: notSpec },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
