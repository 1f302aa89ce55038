/**
 * The oracles of tests/security/leaks on a few graphs, always the same: another world, data masked first, what was fetched, other
 * forms of the question, and crowds. `npm run test:leaks` searches on.
 */
import { expect, it } from '@jest/globals';
import { searchForLeaks } from './leaks/run.ts';

it('no random operation under random rules tells anybody what is hidden from him', async () => {
  const { failures, cases, crossing, compared } = await searchForLeaks({
    seed: 5,
    isOver: ({ graphs }) => graphs === 12,
  });
  expect(failures).toEqual([]);
  // What crosses no boundary proves nothing, nor does what is never compared.
  expect(crossing / cases).toBeGreaterThan(0.6);
  expect(compared / cases).toBeGreaterThan(0.4);
}, 120_000);
