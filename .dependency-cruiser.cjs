/** The import arrows of docs/architecture.md. A folder that is not named in `to` may not be reached. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^src/${from}/`, pathNot: '\\.spec\\.ts$' },
  to: { path: '^src/', pathNot: allowed.map((folder) => `^src/${folder}`) },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    only('common-is-below', 'common', ['common/', 'config/'], 'common knows nothing of what it is used for'),
    only('config-is-below', 'config', ['config/', 'common/'], 'the configuration knows no module'),
    only('stock-knows-no-connector', 'stock', ['stock/', 'common/'], 'the ledger stands by itself'),
    only('orders-know-no-connector', 'orders', ['orders/', 'stock/', 'common/'], 'orders know the ledger alone'),
    only(
      'connectors-know-the-contract',
      'connectors',
      ['connectors/', 'common/', 'config/', 'orders/order-snapshot'],
      'the contract speaks of orders as they are',
    ),
    ...['falabella', 'tiendanube', 'odoo'].map((connector) =>
      only(
        `${connector}-stands-alone`,
        connector,
        [`${connector}/`, 'connectors/', 'common/', 'config/'],
        'a connector knows the contract, and no other connector',
      ),
    ),
    only('logs-are-aside', 'logs', ['logs/', 'common/', 'config/'], 'logs are written through the sink'),
    only(
      'alerts-are-aside',
      'alerts',
      ['alerts/', 'common/', 'config/'],
      'alerts are raised by whoever sees something',
    ),
    only(
      'views-look-at-everything',
      'views',
      ['views/', 'stock/', 'orders/', 'connectors/', 'sync/', 'commands/', 'alerts/', 'common/', 'config/'],
      'what the team sees is made of everything, but of no connector and no queue',
    ),
    only(
      'connections-are-for-people',
      'connections',
      ['connections/', 'stock/', 'orders/', 'connectors/', 'sync/', 'commands/', 'alerts/', 'common/', 'config/'],
      'what people do with accounts is made of what there is, and knows no connector and no queue',
    ),
    only(
      'reconcile-looks-at-everything',
      'reconcile',
      [
        'reconcile/',
        'sync/',
        'stock/',
        'connectors/',
        'alerts/',
        'queues/(hints|intake-first|job-outcome)',
        'common/',
        'config/',
      ],
      'comparing everything is made of looks and of what puts right, and knows no connector',
    ),
    {
      name: 'nobody-looks-at-views',
      comment: 'they only show',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(views/|app\\.module)' },
      to: { path: '^src/views/' },
    },
    {
      name: 'connectors-through-the-registry',
      comment: 'sync, commands, bulk, webhooks and queues work for every connector',
      severity: 'error',
      from: { path: '^src/(sync|commands|bulk|views|connections|reconcile|webhooks|queues|health|alerts)/' },
      to: { path: '^src/(falabella|tiendanube|odoo)/' },
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
      from: { path: '^(src|sandbox)/', pathNot: '\\.spec\\.ts$' },
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
