// Jest loads modules of the newer kind only where Node has this switch. The workers, which run the tests, take it from here.
const VM_MODULES = '--experimental-vm-modules';
const { NODE_OPTIONS = '' } = process.env;
if (!NODE_OPTIONS.includes(VM_MODULES)) process.env.NODE_OPTIONS = `${NODE_OPTIONS} ${VM_MODULES}`.trim();

const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      jsc: {
        target: 'es2023',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
        experimental: { keepImportAttributes: true },
      },
      module: { type: 'es6' },
    },
  ],
};

const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'json', 'node'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform,
  setupFilesAfterEnv: ['<rootDir>/test/support/patience.mjs'],
};

/** Brings up Redis, a database and the built program, unless `npm test` has done so. */
const withServices = {
  ...base,
  globalSetup: '<rootDir>/scripts/lib/jest-services.mjs',
  globalTeardown: '<rootDir>/scripts/lib/jest-services-end.mjs',
};

/**
 * unit: no servers. sandbox: the simulators, over HTTP. laws: rules on very many drawn cases. services: the start-up scripts.
 * e2e: real Redis and a real document database. odoo: a real Odoo. `npx jest FILE` runs one file of any of them.
 */
export default {
  // The slow ones wait for programs that they started: three at a time also on a machine with two cores.
  maxWorkers: 3,
  // Makes jest run even a single file in a worker, where the switch above holds.
  workerIdleMemoryLimit: '1GB',
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.spec.ts'] },
    { ...base, displayName: 'sandbox', testMatch: ['<rootDir>/sandbox/**/*.spec.ts'] },
    { ...base, displayName: 'laws', testMatch: ['<rootDir>/test/laws/**/*.spec.ts'] },
    { ...withServices, displayName: 'services', testMatch: ['<rootDir>/scripts/**/*.spec.mjs'] },
    {
      ...withServices,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/**/*.spec.ts'],
      testPathIgnorePatterns: ['/test/odoo/', '/test/laws/'],
    },
    {
      ...(process.env.ODOO_URL ? withServices : base),
      displayName: 'odoo',
      testMatch: ['<rootDir>/test/odoo/**/*.spec.ts'],
      setupFilesAfterEnv: [...base.setupFilesAfterEnv, '<rootDir>/test/odoo/support/only-with-odoo.ts'],
    },
  ],
};
