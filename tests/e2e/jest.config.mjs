import base from '../../jest.config.mjs';

/** The demo as processes, from the outside: apart, because it takes minutes and ports. */
const { globalSetup, globalTeardown, roots, ...shared } = base;

export default {
  ...shared,
  rootDir: '../..',
  roots: ['<rootDir>/tests/e2e'],
  testMatch: ['**/*.e2e.ts'],
  testTimeout: 180_000,
};
