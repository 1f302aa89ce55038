/** A process that builds the views of callers who differ: what the gateway's thread does, and what is left to the event loop. */
import { readFileSync } from 'node:fs';
import { readBundle } from '@portcullis/policies/engine/bundle';
import { readPolicyFiles } from '@portcullis/policies/engine/folder';
import type { Subject } from '@portcullis/policies/engine/subject';
import { createViewBuilder } from '@portcullis/policies/engine/views/build-views';
import { resolveView } from '@portcullis/policies/engine/views/resolve-view';
import { readSupergraph } from '@portcullis/schema/supergraph/read';
import { roles } from '../graph/rules.ts';
import { summary } from '../measure/statistics.ts';

const [supergraphFile = '', policies = ''] = process.argv.slice(2);
const count = 300;
/** The first few are for the compiler; a gateway makes one before it says that it is ready. */
const first = 20;

const files = await readPolicyFiles(policies);
const supergraph = readSupergraph(readFileSync(supergraphFile, 'utf8'));
const [reading, bundle] = timed(() => readBundle(files, supergraph));
const [compiling, builder] = timed(() => createViewBuilder(bundle));
const building: number[] = [];
const resolving: number[] = [];
for (let n = 0; n < count + first; n += 1) {
  const [built, data] = timed(() => builder.build(callerNumber(n)));
  const [resolved] = timed(() =>
    resolveView(bundle, data, builder.guards({ zone: 'anywhere', hour: n % 24, breakGlass: false })),
  );
  if (n < first) continue;
  building.push(built);
  resolving.push(resolved);
}
process.send?.({
  rules: bundle.rules.length,
  fields: bundle.model.fields.length,
  reading,
  compiling,
  building: summary(building),
  resolving: summary(resolving),
});
process.disconnect?.();

/** No two of them hold the same roles. */
function callerNumber(n: number): Subject {
  const held = [n % roles, (n * 7 + Math.floor(n / roles)) % roles, (n * 3 + 11) % roles];
  return {
    kind: 'human',
    purpose: 'none',
    roles: new Set(held.map((role) => `role-${role}`)),
    teams: new Set(),
    scopes: new Set(),
    attributes: new Map(),
    products: undefined,
  };
}

function timed<Value>(work: () => Value): readonly [number, Value] {
  const started = performance.now();
  const value = work();
  return [performance.now() - started, value];
}
