import { describe, expect, it } from '@jest/globals';
import { openView } from '@portcullis/policies/engine/view';
import { Kind, parse } from 'graphql';
import { ClientError } from '../errors.ts';
import { accessBy, nobody } from '../fixture/views.ts';
import { createOperation, type Planner, type Program } from '../program.ts';
import { AuthorizedRequest, type Decision, type Snapshot } from '../request.ts';
import { composed } from './fixture/graphs.ts';
import { plan } from './plan.ts';
import { createPlanner } from './planner.ts';
import { createPrograms, type ProgramsOptions } from './programs.ts';

const supergraph = composed({ a: 'type Query { a(at: Int): Int text(of: String): String }' });

/** With a snapshot of its own, and how often it has planned. */
function open(options: ProgramsOptions = {}) {
  const inline = createPlanner(supergraph.sdl);
  let planned = 0;
  const planner: Planner = {
    ...inline,
    plan(operation, labels) {
      planned += 1;
      return inline.plan(operation, labels);
    },
  };
  const snapshot: Snapshot = {
    generation: '1',
    supergraph,
    access: accessBy(openView),
    programs: createPrograms(planner, supergraph, options),
  };
  /** Asked by one who may do everything, again and again. */
  const operation = (text: string) => {
    const [definition] = parse(text, { noLocation: true }).definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
    const operation = createOperation(definition);
    const decision: Decision = { view: openView, operation, denied: [], hidden: new Set(), masks: new Map() };
    return async (coerced: Readonly<Record<string, unknown>> = {}) => {
      const context = {
        id: '1',
        traceparent: '',
        signal: new AbortController().signal,
        counts: { subgraphRequests: 0, rows: 0 },
      };
      const parsed = {
        context,
        accept: 'application/json' as const,
        ...nobody,
        operation,
        coerced,
      };
      return (await plan(new AuthorizedRequest(parsed, decision), snapshot)).program;
    };
  };
  return { operation, planned: () => planned };
}

const names = (count: number) => Array.from({ length: count }, (_, at) => `v${at}`);
const conditional = (count: number) => {
  const fields = names(count).map((name, at) => `f${at}: a(at: ${at}) @include(if: $${name})`);
  return `query (${names(count).map((name) => `$${name}: Boolean!`)}) { a ${fields.join(' ')} }`;
};
/** Values by the bits of a number. */
const values = (count: number, bits: number) =>
  Object.fromEntries(names(count).map((name, at) => [name, ((bits >> at) & 1) === 1]));

describe('variants of an operation', () => {
  it('are made of so many conditions and no more', async () => {
    const { operation } = open();
    expect((await operation(conditional(16))(values(16, 5))).fetches.steps).toHaveLength(1);
    const refused = operation(conditional(17))(values(17, 5));
    await expect(refused).rejects.toBeInstanceOf(ClientError);
    await expect(refused).rejects.toMatchObject({ code: 'COST_LIMIT' });
  });

  it('are kept as they come, and the first are not pushed out by those after them', async () => {
    const { operation } = open();
    const ask = operation(conditional(6));
    const all = Array.from({ length: 64 }, (_, bits) => values(6, bits));
    const first: Program[] = [];
    for (const each of all) first.push(await ask(each));
    const again: Program[] = [];
    for (const each of all) again.push(await ask(each));
    expect(again.map((program, at) => program === first[at]).lastIndexOf(true)).toBe(31);
    expect(again.filter((program, at) => program === first[at])).toHaveLength(32);
  });
});

describe('programs of fetches', () => {
  const text = (at: number, length: number) => `{ t${at}: text(of: "${'x'.repeat(length)}") }`;

  it('are kept as long as there is room for what they are made of', async () => {
    const { operation, planned } = open({ room: 400_000 });
    const twice = async (length: number) => {
      const before = planned();
      for (const at of [...names(20).keys(), ...names(20).keys()]) await operation(text(at, length))();
      return planned() - before;
    };
    expect(await twice(10)).toBe(20);
    expect(await twice(1_000)).toBe(40);
  });
});
