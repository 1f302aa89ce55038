import { composeServices } from '@apollo/composition';
import { describe, expect, it } from '@jest/globals';
import { type AccessView, openView } from '@portcullis/policies/engine/view';
import { readSupergraph } from '@portcullis/schema/supergraph/read';
import { Kind, parse } from 'graphql';
import { InternalError } from '../errors.ts';
import { somebody } from '../fixture/callers.ts';
import { accessBy, nobody, viewWithout } from '../fixture/views.ts';
import { type Asker, createOperation, type Operation, type Planner } from '../program.ts';
import { AuthorizedRequest, type ParsedRequest, type Principal, type Snapshot } from '../request.ts';
import { plan } from './plan.ts';
import { createPlanner } from './planner.ts';
import { createPrograms } from './programs.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const composed = composeServices([
  {
    name: 'hr',
    url: 'http://hr',
    typeDefs: parse(`${link}
      type Query { me: Employee }
      type Employee @key(fields: "id") {
        id: ID!
        salary: Int
        name: String
      }`),
  },
  {
    name: 'pay',
    url: 'http://pay',
    typeDefs: parse(`${link} type Employee @key(fields: "id") { id: ID! slips: Int }`),
  },
]);
if (composed.errors !== undefined) throw new Error(composed.errors.join('\n'));
const supergraph = readSupergraph(composed.supergraphSdl);
const snapshot: Snapshot = {
  generation: '1',
  supergraph,
  access: accessBy(openView),
  programs: createPrograms(createPlanner(composed.supergraphSdl), supergraph),
};

const title = 'id: ID! title: String';
/** From a rental's title to its rentals there are ways for the interface and for each of its types. */
const crowd = composeServices([
  {
    name: 'video',
    url: 'http://video',
    typeDefs: parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      type Query { titles: [Title] }
      interface Title @key(fields: "id") { ${title} }
      type Movie implements Title @key(fields: "id") { ${title} }
      type Series implements Title @key(fields: "id") { ${title} }`),
  },
  {
    name: 'billing',
    url: 'http://billing',
    typeDefs: parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@interfaceObject"])
      type Title @key(fields: "id") @interfaceObject { id: ID! revenue: Int rentals: [Rental] }
      type Rental { title: Title }`),
  },
]);
if (crowd.errors !== undefined) throw new Error(crowd.errors.join('\n'));
const crowded = createPlanner(crowd.supergraphSdl);

function operationOf(text: string): Operation {
  const [definition] = parse(text, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  return createOperation(definition);
}

function parsedAs(principal: Principal, operation: Operation): ParsedRequest {
  return {
    context: {
      id: '1',
      traceparent: '',
      signal: new AbortController().signal,
      counts: { subgraphRequests: 0, rows: 0 },
    },
    accept: 'application/json',
    ...nobody,
    principal,
    operation,
    coerced: {},
  };
}

/** Neither the key nor what is paid may be read. */
const restricted = viewWithout((coordinate) => ['Employee.id', 'Employee.salary'].includes(coordinate));

/** As if `authorize` had let everything pass: what the second look is for. */
function unchecked(
  text: string,
  { view = restricted, principal = nobody.principal }: { view?: AccessView; principal?: Principal } = {},
): AuthorizedRequest {
  const operation = operationOf(text);
  return new AuthorizedRequest(parsedAs(principal, operation), {
    view,
    operation,
    denied: [],
    hidden: new Set(),
    masks: new Map(),
  });
}

describe('plan', () => {
  it('refuses to send a denied coordinate, should one come as far as here', async () => {
    expect(() => plan(unchecked('{ me { salary } }'), snapshot)).toThrow(InternalError);
    expect(() => plan(unchecked('{ me { salary } }'), snapshot)).toThrow(/Employee\.salary/);
    const paid = viewWithout((coordinate) => coordinate === 'Employee.id');
    const { program } = await plan(unchecked('{ me { salary } }', { view: paid }), snapshot);
    expect(program.fetches.steps.map(({ subgraph }) => subgraph)).toEqual(['hr']);
  });

  it('joins by a key that the caller cannot read', async () => {
    const { program } = await plan(unchecked('{ me { slips } }'), snapshot);
    expect(program.fetches.steps.map(({ after }) => after)).toEqual([[], [0]]);
    expect(program.fetches.coordinates).toEqual(new Set(['Query.me', 'Employee.slips']));
  });

  it('is made once for equal operations, whoever asks', async () => {
    const { program } = await plan(unchecked('{ me { name } }'), snapshot);
    expect((await plan(unchecked('{me{name}}'), snapshot)).program.fetches).toBe(program.fetches);
  });

  it('is asked for in the name of the principal, as long as the request goes on', async () => {
    const askers: Asker[] = [];
    const planner = createPlanner(composed.supergraphSdl);
    const recording: Planner = {
      ...planner,
      plan(operation, labels, asker) {
        askers.push(asker);
        return planner.plan(operation, labels);
      },
    };
    const recorded = { ...snapshot, programs: createPrograms(recording, supergraph) };
    const named = (issuer: string, subject: string) => somebody({ issuer, subject });
    const principals = [named('i', 's'), named('i', 't'), named('is', ''), named('i', 's')];
    const requests = [unchecked('{ me { n0: name } }')];
    requests.push(
      ...principals.map((each, at) => unchecked(`{ me { n${at + 1}: name } }`, { principal: each })),
    );
    for (const request of requests) await plan(request, recorded);
    const [nobody, ann, bob, cy, annAgain] = askers.map(({ principal }) => principal);
    expect(annAgain).toBe(ann);
    expect(new Set([nobody, ann, bob, cy]).size).toBe(4);
    expect(askers[0]?.signal).toBe(requests[0]?.parsed.context.signal);
  });

  it('is empty only for an operation without fields', async () => {
    const planned = await plan(unchecked('{ me @skip(if: true) { name } }'), snapshot);
    expect(planned.program.fetches.steps).toEqual([]);
  });

  it('refuses what can be answered in too many ways, and does not look at all of them', () => {
    const nested = (levels: number): string =>
      levels === 0 ? 'id' : `revenue title rentals { title { ${nested(levels - 1)} } }`;
    const aliases = (count: number, levels: number) =>
      `{ ${Array.from({ length: count }, (_, at) => `a${at}: titles { ${nested(levels)} }`).join(' ')} }`;
    const costs = expect.objectContaining({
      code: 'COST_LIMIT',
      message: expect.not.stringContaining('revenue'),
    });
    const planned = (text: string) => () => crowded.plan(operationOf(text));
    expect(planned(aliases(1, 2))).not.toThrow();
    expect(planned(aliases(8, 2))).not.toThrow();
    const started = performance.now();
    expect(planned(aliases(1, 12))).toThrow(costs);
    expect(planned(aliases(400, 2))).toThrow(costs);
    expect(performance.now() - started).toBeLessThan(5_000);
    // Each operation has a budget of its own.
    expect(planned(aliases(8, 1))).not.toThrow();
  });

  it('takes nothing but what `authorize` has made', () => {
    const authorized = unchecked('{ me { name } }');
    const { parsed } = authorized;
    const types = () => {
      // @ts-expect-error a request that was only parsed
      void plan(parsed, snapshot);
      // @ts-expect-error a spread of an authorised one, with another operation
      void plan({ ...authorized, operation: parsed.operation }, snapshot);
      // @ts-expect-error a literal of the same shape
      void plan({ parsed, decision: authorized.decision }, snapshot);
    };
    expect(types).toBeInstanceOf(Function);
    expect(Object.isFrozen(authorized)).toBe(true);
  });
});
