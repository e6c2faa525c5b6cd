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
};

/** unit: no services needed. laws: the same, on very many drawn cases. services: the start-up scripts. e2e: real Redis and a real document database. odoo: a real Odoo. */
export default {
  // The slow ones wait for programs that they started: three at a time also on a machine with two cores.
  maxWorkers: 3,
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/sandbox/**/*.spec.ts'] },
    { ...base, displayName: 'laws', testMatch: ['<rootDir>/test/laws/**/*.spec.ts'] },
    { ...base, displayName: 'services', testMatch: ['<rootDir>/scripts/**/*.spec.mjs'] },
    {
      ...base,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/**/*.spec.ts'],
      testPathIgnorePatterns: ['/test/odoo/', '/test/laws/'],
    },
    { ...base, displayName: 'odoo', testMatch: ['<rootDir>/test/odoo/**/*.spec.ts'] },
  ],
};
