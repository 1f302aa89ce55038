/** Ten thousand tokens that are nearly right; `npm run test:tokens` tries more. */
import { expect, it } from '@jest/globals';
import { fuzzTokens } from './fuzz/run.ts';

it('no mutated token gets in, is answered in another way than all, or makes a fault', async () => {
  const { entered, signed, failures } = await fuzzTokens({
    seed: 1,
    isOver: ({ cases, failures: found }) => cases === 10_000 || found.length > 20,
  });
  expect(failures).toEqual([]);
  // Or else it would not show that what is refused is refused for what was changed.
  expect(entered).toBeGreaterThan(500);
  expect(signed).toBeGreaterThan(7_000);
}, 120_000);
