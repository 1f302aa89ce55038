/** What becomes of a token that does not count, whatever is wrong with it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { OpenGateway } from './gateway.ts';

/** By the one text that there is, with nothing fetched. */
export async function expectRefused(gateway: OpenGateway, token: string): Promise<void> {
  gateway.told();
  expect(await gateway.ask(token)).toEqual({
    status: 401,
    text: '{"errors":[{"message":"The access token is not valid.","extensions":{"code":"UNAUTHENTICATED"}}]}',
  });
  expect(gateway.told()).toEqual([]);
}

/** From two seconds on at the latest: the time that a revocation may take. */
export async function expectRefusedSoon(gateway: OpenGateway, token: string): Promise<void> {
  const end = performance.now() + 2_000;
  while ((await gateway.ask(token)).status !== 401 && performance.now() < end) await sleep(10);
  await expectRefused(gateway, token);
}
