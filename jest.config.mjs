/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['gateway', 'schema', 'policies', 'subgraphs', 'demo', 'cli', 'tests'].map(
    (room) => `<rootDir>/${room}`,
  ),
  testMatch: ['**/*.test.ts'],
  globalSetup: '<rootDir>/tests/setup/global-setup.ts',
  globalTeardown: '<rootDir>/tests/setup/global-teardown.ts',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testTimeout: 30_000,
  // Jest leaves one core to itself, and so half of the smallest machine; more than two would crowd one database server.
  maxWorkers: 2,
  // Modules of a file that has been tested stay in memory (they are those of `vm`): collecting 3 GB takes longer than a new worker.
  workerIdleMemoryLimit: '1GB',
};
