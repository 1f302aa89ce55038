import { expect, test } from '@jest/globals';
import { createShutdown } from './shutdown.ts';

test('stops in reverse order, once, whatever fails on the way', async () => {
  const happened: string[] = [];
  const shutdown = createShutdown((text) => happened.push(text));
  shutdown.add('database', async () => void happened.push('database'));
  shutdown.add('video', () => Promise.reject(new Error('stuck')));
  shutdown.add('gateway', async () => void happened.push('gateway'));
  await Promise.all([shutdown.run(), shutdown.run()]);
  expect(happened).toEqual(['gateway', 'video did not stop cleanly: Error: stuck', 'database']);
});

test('stops what comes up late', async () => {
  const happened: string[] = [];
  const shutdown = createShutdown((text) => happened.push(text));
  await shutdown.run();
  shutdown.add('gateway', async () => void happened.push('gateway'));
  await shutdown.run();
  expect(happened).toEqual(['gateway']);
});
