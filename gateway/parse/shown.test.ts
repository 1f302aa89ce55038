/** What a caller who may not see all of a graph is told of documents that cannot be run. */
import { describe, expect, it } from '@jest/globals';
import { type AccessView, openView } from '@portcullis/policies/engine/view';
import { ClientError } from '../errors.ts';
import { createEngine } from '../fixture/engine.ts';
import { accessBy, nobody, viewWithout } from '../fixture/views.ts';
import type { Access, KnownRequest, RefusalMode, Snapshot } from '../request.ts';
import { Operations } from './operations.ts';
import { createParse } from './parse.ts';

const { snapshot: whole } = createEngine({
  hr: `type Query { person(id: ID, by: Key, order: Order): Person  audit(day: String): Audit  people(where: Where): [Person] }
    type Mutation { hire(name: String, salary: Int!): Person }
    type Person { id: ID name: String salary(currency: Currency! = EUR, in: Unit): Int kin: Kin }
    type Audit { entry: String }  union Kin = Person | Audit
    input Key { id: ID  ssn: String! }  input Where { name: Match  salary: Range }
    input Match { eq: String }  input Range { from: Int!  to: Int }
    enum Order { NAME SALARY }  enum Currency { EUR }  enum Unit { CENTS }`,
});
const { snapshot: small } = createEngine({
  hr: `type Query { person(id: ID, order: Order): Person  people(where: Where): [Person] }
    type Person { id: ID name: String kin: Kin }  union Kin = Person
    input Where { name: Match }  input Match { eq: String }  enum Order { NAME }`,
});

const secret = /salary|audit|entry|ssn|Range|Currency|Unit|Audit|SALARY|hire|Mutation\b|mutations/i;
const isSecret = (coordinate: string) =>
  /salary|audit|entry|\bKey\b|\(by:\)|Range|Currency|Unit|SALARY|^Mutation/i.test(coordinate);

const known = (query: string, variables: KnownRequest['variables'] = {}): KnownRequest => ({
  context: {
    id: '1',
    traceparent: '',
    signal: new AbortController().signal,
    counts: { subgraphRequests: 0, rows: 0 },
  },
  method: 'POST',
  accept: 'application/json',
  ...nobody,
  breakGlass: undefined,
  query,
  operationName: undefined,
  variables,
  extensions: {},
});

const parserBy = (anonymous: RefusalMode) =>
  createParse(new Operations({ depth: 10, tokens: 500 }), {
    human: 'null',
    service: 'null',
    bi: 'null',
    anonymous,
  });

async function told(mode: RefusalMode, snapshot: Snapshot, request: KnownRequest): Promise<unknown> {
  try {
    await parserBy(mode)(request, snapshot);
    return undefined;
  } catch (error) {
    if (error instanceof ClientError)
      return { code: error.code, status: error.httpStatus, errors: error.errors };
    throw error;
  }
}

const by = (view: AccessView, waits = false): Snapshot => ({
  ...whole,
  access: waits ? waiting(view) : accessBy(view),
});
const waiting = (view: AccessView): Access => ({
  version: view.key,
  viewOf: async () => view,
  close: async () => {},
});
const view = viewWithout(isSecret);

const documents: readonly (readonly [string, KnownRequest['variables']?])[] = [
  ['{ person { salary } }'],
  ['{ person { salary(currency: EUR) name } }'],
  ['{ person { nme } }'],
  ['{ audit { entry } }'],
  ['mutation { hire(salary: 1) { id } }'],
  ['{ person(by: { ssn: "1" }) { id } }'],
  ['{ person(by: { id: 1 }) { id } }'],
  ['{ person(order: SALARY) { id } }'],
  ['{ person(order: OTHER) { id } }'],
  ['{ people(where: { salary: { from: 1 } }) { id } }'],
  ['{ people(where: { salary: {} }) { id } }'],
  ['query ($w: Where) { people(where: $w) { id } }', { w: { salary: { to: 1 } } }],
  ['query ($w: Where) { people(where: $w) { id } }', { w: { name: { eq: [1] }, salary: 1 } }],
  ['query ($w: Where) { people(where: $w) { id } }', { w: 1 }],
  ['query ($r: Range) { people(where: { salary: $r }) { id } }', { r: {} }],
  ['query ($o: Order!) { person(order: $o) { id } }', { o: 'SALARY' }],
  ['{ person { kin { ... on Audit { entry } ... on Person { id } } } }'],
  ['fragment F on Audit { entry } { person { kin { ...F } } }'],
  ['{ person { ...F } } fragment F on Mutation { hire(salary: 1) { id } }'],
];

describe('a caller who does not see all', () => {
  it('is told of a document that nobody can run as if there were nothing else', async () => {
    for (const [query, variables] of [
      ['{ person { nme salary } }'],
      ['{ person { salary { x } } }'],
      ['{ person { kin } }'],
      ['{ person { kin { ... on Audit { salary } } } }'],
      ['mutation { hire(name: 1) { id } }'],
      ['{ person(by: { id: 1 }) { id } }'],
      ['{ person(order: SALRY) { id } }'],
      ['{ people(where: { salary: { to: 1 } }) { id } }'],
      ['query ($w: Where) { people(where: $w) { id } }', { w: { salary: { to: 1 } } }],
      ['query ($w: Where) { people(where: $w) { id } }', { w: { wage: 1 } }],
      ['query ($r: Range) { people(where: { salary: $r }) { id } }', { r: {} }],
    ] as readonly (readonly [string, KnownRequest['variables']?])[]) {
      const request = known(query, variables);
      expect(await told('null', by(openView), request)).toBeDefined();
      const expected = await told('null', { ...small, access: accessBy(openView) }, request);
      expect([query, await told('null', by(view), request)]).toEqual([query, expected]);
      expect(await told('null', by(view, true), request)).toEqual(expected);
    }
  });

  it('is told no name that it did not write', async () => {
    const request = known('query ($w: Where) { people(where: $w) { id } }', { w: { name: 1 } });
    expect(JSON.stringify(await told('null', by(view), request))).not.toMatch(secret);
    const requires = known('{ people(where: { salary: { to: 1 } }) { id } }');
    expect(JSON.stringify(await told('null', by(openView), requires))).toContain('Int!');
    expect(JSON.stringify(await told('null', by(view), requires))).not.toMatch(/Int!|Range/);
  });

  it('can still name what is denied where that is answered with null', async () => {
    expect(await told('null', by(view), known('{ person { salary } }'))).toBeUndefined();
  });

  it('is answered as if there were nothing else, where what is denied is to be hidden', async () => {
    let refused = 0;
    for (const [query, variables] of documents) {
      const request = known(query, variables);
      const expected = await told('hide', { ...small, access: accessBy(openView) }, request);
      expect([query, await told('hide', by(view), request)]).toEqual([query, expected]);
      expect(await told('hide', by(view, true), request)).toEqual(expected);
      if (expected !== undefined) refused += 1;
    }
    expect(refused).toBe(documents.length);
    expect(await told('hide', by(view), known('{ person { name } }'))).toBeUndefined();
  });

  it('finds nothing behind the field that stands for nothing', async () => {
    const nothing = by(viewWithout(() => true));
    const query = known('{ _ }');
    const answer = {
      code: 'GRAPHQL_VALIDATION_FAILED',
      errors: [{ message: 'The request does not fit the graph.' }],
    };
    expect(await told('hide', nothing, query)).toMatchObject(answer);
    expect(await told('null', nothing, query)).toMatchObject(answer);
    expect(await told('hide', nothing, known('mutation { hire(salary: 1) { id } }'))).toMatchObject({
      errors: [{ message: 'This graph has no mutations.' }],
    });
  });
});
