/**
 * The oracles of tests/security/leaks-sql on a few domains, always the same: another world in the database, a reference without
 * SQL, and what statements name. `npm run test:leaks` searches on.
 */
import { expect, it } from '@jest/globals';
import { searchSqlForLeaks } from './leaks-sql/run.ts';

it('no random operation under random obligations tells anybody of a subgraph over SQL what is hidden from him', async () => {
  const { failures, cases, crossing, compared } = await searchSqlForLeaks({
    seed: 4,
    casesOfDomain: 20,
    isOver: ({ domains }) => domains === 6,
  });
  expect(failures).toEqual([]);
  // What crosses no boundary proves nothing, nor does what is never compared.
  expect(crossing / cases).toBeGreaterThan(0.6);
  expect(compared / cases).toBeGreaterThan(0.5);
}, 120_000);
