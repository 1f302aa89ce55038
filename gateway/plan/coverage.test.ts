import type { QueryPlan } from '@apollo/query-planner';
import { describe, expect, it } from '@jest/globals';
import { federate } from '@portcullis/schema/supergraph/federate';
import fc from 'fast-check';
import { type FieldNode, Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql';
import { ClientError } from '../errors.ts';
import { createOperation, type Operation } from '../program.ts';
import { uncoveredPath } from './coverage.ts';
import { coverageTypes } from './coverage-types.ts';
import { composed, graphs } from './fixture/graphs.ts';
import { randomOperation } from './fixture/random-operation.ts';
import { mapFetches } from './map-fetches.ts';
import { createPlanQuery, type PlanQuery } from './query-plan.ts';
import { withTypenames } from './with-typenames.ts';

const known = [...graphs].map(([name, subgraphs]) => {
  const supergraph = composed(subgraphs);
  const planned = federate(supergraph.sdl);
  const types = coverageTypes(planned, supergraph);
  return { name, supergraph, types, planQuery: createPlanQuery(planned, supergraph) };
});

function operationOf(text: string): Operation {
  const [definition] = parse(text, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  return createOperation(definition);
}

/** Undefined where planning would cost too much; a plan that left something out would throw. */
function plannedOrRefused(planQuery: PlanQuery, operation: Operation) {
  try {
    return planQuery(operation, []);
  } catch (error) {
    if (error instanceof ClientError && error.code === 'COST_LIMIT') return undefined;
    throw error;
  }
}

const replacement: FieldNode = {
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: 'instead' },
  name: { kind: Kind.NAME, value: '__typename' },
};

/** Each plan that is left when one field with an alias, which the planner never adds, is taken out of one fetch. */
function* withoutOneField(plan: QueryPlan): Generator<QueryPlan> {
  if (plan.node === undefined || plan.node.kind === 'Subscription') return;
  const texts: string[] = [];
  mapFetches(plan.node, (fetch) => {
    texts.push(fetch.operation);
    return [fetch];
  });
  for (const text of texts) {
    const document = parse(text);
    const aliased: FieldNode[] = [];
    visit(document, {
      Field: { enter: (node) => void (/^a\d$/.test(node.alias?.value ?? '') && aliased.push(node)) },
    });
    for (const field of aliased) {
      const left = visit(document, {
        Field: { enter: (node) => (node === field ? replacement : undefined) },
      });
      const operation = stripIgnoredCharacters(print(left));
      const node = mapFetches(plan.node, (fetch) => [
        fetch.operation === text ? { ...fetch, operation } : fetch,
      ]);
      yield { ...plan, node };
    }
  }
}

/** The same operations in every run, so that their number is known; 25 others need not have as many fields. */
const seed = 1;

describe.each(known)('coverage of plans for $name', ({ supergraph, types, planQuery }) => {
  it('finds nothing missing in what the planner makes of a random operation', () => {
    let planned = 0;
    fc.assert(
      fc.property(randomOperation(supergraph.api), (document) => {
        if (plannedOrRefused(planQuery, operationOf(print(document)))) planned += 1;
      }),
      { numRuns: 25, seed },
    );
    expect(planned).toBeGreaterThan(15);
  }, 120_000);

  it('finds whatever field is taken out of a plan', () => {
    const unconditional = randomOperation(supergraph.api).filter((document) => !/@|_$/.test(print(document)));
    let removed = 0;
    fc.assert(
      fc.property(unconditional, (document) => {
        const operation = operationOf(print(document));
        const whole = plannedOrRefused(planQuery, operation);
        if (whole === undefined) return;
        for (const plan of withoutOneField(whole)) {
          removed += 1;
          expect(uncoveredPath(plan, withTypenames(operation), types)).toBeDefined();
        }
      }),
      { numRuns: 25, seed },
    );
    expect(removed).toBeGreaterThan(8);
  }, 120_000);
});
