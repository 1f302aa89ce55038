import base from '../../jest.config.mjs';

/** The test in a real browser: apart, because `npm test` has to pass on a machine that has none. */
const { globalSetup, globalTeardown, roots, ...shared } = base;

export default {
  ...shared,
  rootDir: '../..',
  roots: ['<rootDir>/tests/browser'],
  testMatch: ['**/*.browser.ts'],
  testTimeout: 60_000,
};
