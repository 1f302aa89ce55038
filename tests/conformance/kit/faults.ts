/** How a subgraph can misbehave, and what becomes of its fields. */
import type { RunningSubgraph } from '@portcullis/gateway/fixture/subgraph';

export type Fault =
  | 'refuses connections'
  | 'answers 500'
  | 'answers no JSON'
  | 'answers errors without data'
  | 'answers neither data nor errors'
  | 'answers one entity too few'
  | 'answers one entity too many'
  | 'answers null for all entities'
  | 'answers null for each entity';

/** An entity that is not there has null fields; that is no error (federation specification, `_entities`). */
export function isAbsence(fault: Fault): boolean {
  return fault === 'answers null for each entity';
}

/** It has errors of its own, and says of none where it is. */
export function isPathless(fault: Fault): boolean {
  return fault === 'answers 500' || fault === 'answers errors without data';
}

/** @returns how to end it */
export async function inject(fault: Fault, subgraph: RunningSubgraph): Promise<() => Promise<void>> {
  if (fault === 'refuses connections') {
    await subgraph.stop();
    return () => subgraph.start();
  }
  subgraph.instead = insteadOf(fault);
  return async () => {
    subgraph.instead = undefined;
  };
}

function insteadOf(fault: Exclude<Fault, 'refuses connections'>): RunningSubgraph['instead'] {
  switch (fault) {
    case 'answers 500':
      return { status: 500, body: '{"errors":[{"message":"broken"}]}' };
    case 'answers no JSON':
      return { body: '<html>' };
    case 'answers errors without data':
      return { body: '{"errors":[{"message":"broken"}],"data":null}' };
    case 'answers neither data nor errors':
      return { body: '{}' };
    case 'answers one entity too few':
      return onEntities((entities) => entities.slice(1));
    case 'answers one entity too many':
      return onEntities((entities) => [...entities, entities[0]]);
    case 'answers null for all entities':
      return onEntities(() => null);
    case 'answers null for each entity':
      return onEntities((entities) => entities.map(() => null));
  }
}

/** Of an answer that is otherwise the subgraph's own; `_entities` can have been asked under aliases. */
function onEntities(change: (entities: readonly unknown[]) => unknown): RunningSubgraph['instead'] {
  return (own) => {
    const { data } = JSON.parse(own) as { data: Record<string, unknown> };
    const changed = Object.entries(data).map(([name, value]) => [
      name,
      Array.isArray(value) ? change(value) : value,
    ]);
    return { body: JSON.stringify({ data: Object.fromEntries(changed) }) };
  };
}
