/**
 * A process that asks the gateway's front door without HTTP, one request after the other, for the times of single requests:
 * sixty fields, with a thousand rules and with none, allowed and denied.
 */
import { readFileSync } from 'node:fs';
import type { GatewayConfig } from '@portcullis/gateway/config';
import { parseConfig } from '@portcullis/gateway/config/read-config';
import { createGateway, type Gateway } from '@portcullis/gateway/gateway';
import { unobserved } from '@portcullis/gateway/observe/observers';
import { summary } from '../measure/statistics.ts';
import { allowed, denied } from './sixty-fields.ts';

const [withRules = '', withoutRules = '', tokensFile = ''] = process.argv.slice(2);
const [token]: readonly string[] = JSON.parse(readFileSync(tokensFile, 'utf8'));
const count = 5_000;

function configOf(file: string): GatewayConfig {
  return parseConfig(readFileSync(file, 'utf8'), file, {});
}

async function ask(gateway: Gateway, query: string): Promise<number> {
  const body = Buffer.from(JSON.stringify({ query }));
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const { signal } = new AbortController();
  const started = performance.now();
  const response = await gateway.handle({ method: 'POST', url: '/graphql', headers, body, signal });
  const spent = performance.now() - started;
  if (response.status !== 200) throw new Error(`${response.status} ${response.body}`);
  return spent;
}

const observers = {
  ...unobserved,
  requestFaulted: ({ error }: { readonly error: unknown }) => console.error(error),
};
const gateways = {
  rules: await createGateway(configOf(withRules), observers),
  none: await createGateway(configOf(withoutRules), observers),
};
const spent = { allowed: [] as number[], allowedWithoutRules: [] as number[], denied: [] as number[] };
for (let n = 0; n < count * 2; n += 1) {
  const times = {
    allowed: await ask(gateways.rules, allowed),
    allowedWithoutRules: await ask(gateways.none, allowed),
    denied: await ask(gateways.rules, denied),
  };
  // The first half is for the compiler.
  if (n < count) continue;
  spent.allowed.push(times.allowed);
  spent.allowedWithoutRules.push(times.allowedWithoutRules);
  spent.denied.push(times.denied);
}
process.send?.(Object.fromEntries(Object.entries(spent).map(([name, times]) => [name, summary(times)])));
await Promise.all([gateways.rules.close(), gateways.none.close()]);
process.disconnect?.();
