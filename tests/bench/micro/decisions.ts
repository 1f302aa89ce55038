/** A process that authorises operations of sixty fields under a thousand rules, and does nothing else. */
import { readFileSync } from 'node:fs';
import { createAuthorize } from '@portcullis/gateway/authorize/authorize';
import { nobody } from '@portcullis/gateway/fixture/views';
import { createPlanner } from '@portcullis/gateway/plan/planner';
import { createPrograms } from '@portcullis/gateway/plan/programs';
import { createOperation, type Operation } from '@portcullis/gateway/program';
import type { ParsedRequest } from '@portcullis/gateway/request';
import { createKeyedHash } from '@portcullis/gateway/secrets/keyed-hash';
import { createInlineAccess } from '@portcullis/gateway/snapshot/inline-access';
import { readPolicyFiles } from '@portcullis/policies/engine/folder';
import { readSupergraph } from '@portcullis/schema/supergraph/read';
import { Kind, parse } from 'graphql';
import { summary } from '../measure/statistics.ts';
import { allowed, denied } from './sixty-fields.ts';

const [supergraphFile = '', policies = ''] = process.argv.slice(2);
/** Of each kind; the first half is for the compiler. */
const count = 10_000;
const first = count / 2;

const sdl = readFileSync(supergraphFile, 'utf8');
const supergraph = readSupergraph(sdl);
const access = createInlineAccess(await readPolicyFiles(policies), supergraph);
const programs = createPrograms(createPlanner(sdl), supergraph);
const snapshot = { generation: 'bench', supergraph, access, programs };
const authorize = createAuthorize(createKeyedHash(Buffer.alloc(32, 1)));
const { signal } = new AbortController();

function operationOf(query: string): Operation {
  const [definition] = parse(query, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  return createOperation(definition);
}

/** As `parse` leaves it. */
function parsedOf(operation: Operation): ParsedRequest {
  const counts = { subgraphRequests: 0, rows: 0 };
  const context = { id: 'bench', traceparent: '00-a-b-01', signal, counts };
  return { context, accept: 'application/json', ...nobody, operation, coerced: {} };
}

async function timesOf(requestAt: (at: number) => ParsedRequest): Promise<readonly number[]> {
  // From here on its view is known.
  await authorize(requestAt(0), snapshot);
  const times: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const parsed = requestAt(at);
    const started = performance.now();
    const authorized = authorize(parsed, snapshot);
    times.push(performance.now() - started);
    if (authorized instanceof Promise) throw new Error('the view was not known');
  }
  return times.slice(first);
}

const known = { allowed: operationOf(allowed), denied: operationOf(denied) };
process.send?.({
  allowed: summary(await timesOf(() => parsedOf(known.allowed))),
  denied: summary(await timesOf(() => parsedOf(known.denied))),
  allowedFirst: summary(await timesOf(() => parsedOf(operationOf(allowed)))),
  deniedFirst: summary(await timesOf(() => parsedOf(operationOf(denied)))),
});
await access.close();
process.disconnect?.();
