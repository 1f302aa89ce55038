/** What callers get to see who may not see all: through the front door, by rules. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildClientSchema, buildSchema, getIntrospectionQuery, printSchema } from 'graphql';
import { type Ask, type House, openHouse, type Result } from './fixture/house.ts';
import type { SubgraphFixture } from './fixture/subgraph.ts';
import type { HttpResponse } from './request.ts';

const link = `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag", "@composeDirective"])
    @link(url: "https://portcullis.dev/spec/v1.0", import: ["@uses", "@usesNothing"])
    @composeDirective(name: "@uses")
    @composeDirective(name: "@usesNothing")
  directive @uses(field: String!, as: Use!) repeatable on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
  directive @usesNothing(reason: String) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
  enum Use { FILTER ORDER GROUP AGGREGATE READ WRITE }`;

const ann = {
  id: '1',
  email: 'ann@example.org',
  born: '1980-05-06',
  salary: 61_700,
  region: 'EMEA',
  pin: '0042',
  active: true,
};

const people: SubgraphFixture = {
  name: 'people',
  enforces: ['rows', 'groups', 'columns'],
  sdl: `${link}
    scalar Date
    type Query {
      person(id: ID @uses(field: "Person.id", as: FILTER)): Person
      people(where: Where, by: [Order!]): [Being]
      totals: Totals
      safe: Safe
    }
    type Subscription { arrived: Person }
    type Mutation {
      raise(id: ID! @uses(field: "Person.id", as: FILTER)): Person
      fire: Boolean @tag(name: "confidential")
    }
    interface Being { email: String }
    type Person implements Being @key(fields: "id") {
      id: ID! @tag(name: "public")
      email: String @tag(name: "pii")
      born: Date @tag(name: "pii")
      salary: Int @tag(name: "financial")
      region: String @tag(name: "internal")
      pin: String @tag(name: "confidential")
      active: Boolean @tag(name: "internal")
    }
    type Safe { code: String @tag(name: "confidential") }
    type Totals { salary: Int @uses(field: "Person.salary", as: AGGREGATE) }
    input Where {
      region: String @uses(field: "Person.region", as: FILTER)
      email: String @uses(field: "Person.email", as: FILTER)
      pin: String @uses(field: "Person.pin", as: FILTER)
    }
    enum Order { REGION @uses(field: "Person.region", as: ORDER) EMAIL @uses(field: "Person.email", as: ORDER) PIN @uses(field: "Person.pin", as: ORDER) }`,
  resolvers: {
    Query: {
      person: () => ann,
      people: () => [{ __typename: 'Person', ...ann }],
      totals: () => ({ salary: 61_700 }),
      safe: () => ({ code: '1' }),
    },
    Mutation: { raise: () => ann },
  },
};

const shop: SubgraphFixture = {
  name: 'shop',
  // It has keys of persons, whose rows are filtered.
  enforces: ['rows'],
  sdl: `${link} type Person @key(fields: "id") { id: ID! card: String @tag(name: "pii") orders: Int @tag(name: "internal") }`,
  resolvers: { Person: { card: () => '4111111111111234', orders: () => 3 } },
};

const rules = `
@id("global.everybody") permit (principal, action, resource);
@id("global.confidential") forbid (principal, action, resource in Tag::"confidential");
@id("global.email") @mask("hash") forbid (principal, action in [Action::"read", Action::"subscribe"], resource == Field::"Person.email") unless { principal.purpose == Purpose::"support" };
@id("global.born") @mask("date:year") forbid (principal, action in [Action::"read", Action::"subscribe"], resource == Field::"Person.born");
@id("global.card") @mask("last:4") forbid (principal, action in [Action::"read", Action::"subscribe"], resource == Field::"Person.card");
@id("global.active") @mask("hash") forbid (principal, action in [Action::"read", Action::"subscribe"], resource == Field::"Person.active");
@id("global.pay") @mask("round:1000") forbid (principal, action in [Action::"read", Action::"subscribe"], resource == Field::"Person.salary");
@id("global.pay-groups") @minGroup("5") forbid (principal, action == Action::"aggregate", resource == Field::"Person.salary");
@id("global.rows") @rowFilter("region = principal.region") forbid (principal, action, resource in Type::"Person") when { principal.kind == Kind::"human" };
`;

let house: House;
beforeAll(async () => {
  house = await openHouse([people, shop], { rules, modes: { anonymous: 'hide' } });
});
afterAll(() => house.close());

const human: Ask = { scopes: [], claims: { region: 'EMEA', purposes: ['support', 'research'] } };
const bi: Ask = { scopes: [], claims: { kind: 'bi', purposes: ['research'] } };
const all = '{ person(id: "1") { id email born salary card } }';
const secrets = /ann@|05-06|61_?7|4111/;

describe('what is masked', () => {
  it('is masked in every form of answer alike', async () => {
    const { body } = await house.ask(all, human);
    expect(body).toEqual({
      data: {
        person: {
          id: '1',
          email: expect.stringMatching(/^[\w-]{43}$/),
          born: '1980-01-01',
          salary: 62_000,
          card: '************1234',
        },
      },
    });
    const { person } = body.data;
    const grouped = await house.ask(`{ people { email ... on Person { b: born salary } } }`, human);
    const { email, born: b, salary } = person;
    expect(grouped.body).toEqual({ data: { people: [{ email, b, salary }] } });
    const [first] = await resultsOf(
      house.subscribe(`subscription { arrived { id email born card } }`, human),
    );
    const { salary: _, ...rest } = person;
    expect(first).toEqual({ data: { arrived: rest } });
    const raised = await house.ask('mutation { raise(id: "1") { email born } }', human);
    expect(raised.body).toEqual({ data: { raise: { email, born: b } } });
    for (const text of [JSON.stringify([body, first]), grouped.text, raised.text])
      expect(text).not.toMatch(secrets);
  });

  it('is masked in a part that comes later', async () => {
    const accept = 'multipart/mixed;deferSpec=20220824, application/json';
    const response = await send('{ person(id: "1") { id ... @defer { email card } } }', {
      ...human,
      headers: { accept },
    });
    const text = await textOf(response);
    expect(text).toContain('"card":"************1234"');
    expect(text).toMatch(/"email":"[\w-]{43}"/);
    expect(text).not.toMatch(secrets);
  });

  it('is hashed otherwise for another purpose, and clear for one that may', async () => {
    const asked = async (purpose: string) =>
      (await house.ask('{ person(id: "1") { email } }', { ...human, headers: { purpose } })).body.data.person
        .email;
    const [support, research] = [await asked('support'), await asked('research')];
    expect(support).toBe(ann.email);
    const none = (await house.ask('{ person(id: "1") { email } }', human)).body.data.person.email;
    expect(new Set([support, research, none]).size).toBe(3);
  });

  it.each([
    ['filtered', 'people(where: { email: "ann@example.org" })'],
    ['ordered', 'people(by: [REGION, EMAIL])'],
  ])('cannot be %s by', async (_, field) => {
    house.forget();
    const { body } = await house.ask(`{ ${field} { email } }`, human);
    expect(body).toMatchObject({ data: { people: null }, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(house.asked()).toBe('');
  });
});

describe('the schema', () => {
  const hidden = /pin|PIN|Safe|code/;

  it('shows what the caller may see, as a text and by introspection', async () => {
    const { body, headers, status } = await schema(human);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'private, no-cache',
    });
    const text = String(body);
    expect(text).not.toMatch(hidden);
    expect(text).toContain('email: String');
    // What is masked may not be filtered by.
    expect(text).toMatch(/input Where \{\s+region: String\s+\}/);
    expect(text).toMatch(/enum Order \{\s+REGION\s+\}/);
    buildSchema(text);
    const asked = await house.ask(getIntrospectionQuery(), human);
    expect(printSchema(buildClientSchema(asked.body.data))).toBe(text.trimEnd());
    expect((await house.ask('{ __type(name: "Safe") { name } }', human)).body).toEqual({
      data: { __type: null },
    });
    const support = { ...human, headers: { purpose: 'support' } };
    expect(String((await schema(support)).body)).toMatch(/email: String\s+\}/);
  });

  it('is sent again only if it is another one', async () => {
    const first = await schema(human);
    const etag = first.headers['etag'] ?? '';
    const again = await schema({ ...human, headers: { 'if-none-match': etag } });
    expect([again.status, String(again.body)]).toEqual([304, '']);
    const other = await schema({ ...human, headers: { 'if-none-match': etag, purpose: 'support' } });
    expect(other.status).toBe(200);
  });

  it('is kept from whoever is not let in, in the words of every other request', async () => {
    const token = { headers: { authorization: 'Bearer none' } };
    expect((await schema(token)).status).toBe(401);
    expect((await schema({ ...human, headers: { purpose: 'fraud' } })).status).toBe(403);
    const browser = await schema({ headers: { 'sec-fetch-site': 'cross-site' } });
    expect(browser.status).toBe(400);
    expect((await schema(human, 'POST')).status).toBe(405);
  });

  it('is served over HTTP', async () => {
    const { url } = await house.listen();
    const response = await fetch(`${url}/v1/schema.graphql`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('type Query');
    const etag = response.headers.get('etag') ?? '';
    const again = await fetch(`${url}/v1/schema.graphql`, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await fetch(`${url}/v1/schema.graphql`, { method: 'DELETE' })).status).toBe(405);
  });
});

describe('what is denied', () => {
  const denied = '{ person(id: "1") { id pin } }';

  it('is null, with an error, for people', async () => {
    const { body, status } = await house.ask(denied, human);
    expect([status, body.data]).toEqual([200, { person: { id: '1', pin: null } }]);
    expect(body.errors).toMatchObject([{ path: ['person', 'pin'], extensions: { code: 'FORBIDDEN' } }]);
  });

  it('refuses the whole operation to programs, before anything is fetched', async () => {
    house.forget();
    const refusals = await Promise.all(
      [denied, '{ safe { code } }', '{ people(by: [PIN]) { email } person(id: "1") { id } }'].map((query) =>
        house.ask(query, bi),
      ),
    );
    expect(new Set(refusals.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(refusals[0]).toMatchObject({
      status: 403,
      body: { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    });
    expect(house.asked()).toBe('');
  });

  it('refuses it only where it is asked for', async () => {
    const query = 'query ($all: Boolean!) { person(id: "1") { id ... @include(if: $all) { pin } } }';
    expect((await house.ask(query, { ...bi, variables: { all: true } })).status).toBe(403);
    const { body } = await house.ask(query, { ...bi, variables: { all: false } });
    expect(body).toEqual({ data: { person: { id: '1' } } });
  });

  it('is a name that there is not, for those from whom it is hidden', async () => {
    for (const [name, other] of [
      ['{ person { id pin } }', '{ person { id pix } }'],
      ['{ safe { code } }', '{ sage { code } }'],
      ['{ people(by: PIN) { email } }', '{ people(by: PIX) { email } }'],
      ['{ people(where: { pin: "1" }) { email } }', '{ people(where: { pix: "1" }) { email } }'],
      ['{ people { ... on Safe { code } } }', '{ people { ... on Sage { code } } }'],
    ] as const) {
      const [hidden, unknown] = [await house.ask(name), await house.ask(other)];
      const renamed = unknown.text.replaceAll('pix', 'pin').replaceAll('PIX', 'PIN');
      expect(hidden.status).toBe(400);
      expect(hidden.text).toBe(renamed.replaceAll(/\bsage\b/g, 'safe').replaceAll('Sage', 'Safe'));
    }
    expect((await house.ask('{ person { id } }')).body).toEqual({ data: { person: { id: '1' } } });
  });
});

describe('extensions.access', () => {
  const asking = { ...human, extensions: { access: true } };
  const query = '{ person(id: "1") { key: id email pin card } totals { salary } people { email } }';
  const access = {
    fields: [
      { path: ['person'], coordinate: 'Query.person', outcome: 'clear' },
      { path: ['person', 'key'], coordinate: 'Person.id', outcome: 'clear' },
      { path: ['person', 'email'], coordinate: 'Person.email', outcome: 'masked', mask: 'hash' },
      {
        path: ['person', 'pin'],
        coordinate: 'Person.pin',
        outcome: 'denied',
        message: 'Access to this field is denied.',
        ask: ['people'],
      },
      { path: ['person', 'card'], coordinate: 'Person.card', outcome: 'masked', mask: 'last' },
      { path: ['totals'], coordinate: 'Query.totals', outcome: 'clear' },
      { path: ['totals', 'salary'], coordinate: 'Totals.salary', outcome: 'clear', minGroup: 5 },
      { path: ['people'], coordinate: 'Query.people', outcome: 'clear' },
      { path: ['people', 'email'], coordinate: 'Person.email', outcome: 'masked', mask: 'hash' },
    ],
    rows: { Query: false, Person: true, Totals: false },
    isCut: false,
  };

  it('says what became of each field, and only if it is asked', async () => {
    const { body } = await house.ask(query, asking);
    expect(body.extensions).toEqual({ access });
    expect((await house.ask(query, human)).body.extensions).toBeUndefined();
    for (const given of [1, 'true', null, {}]) {
      const { body } = await house.ask(query, { ...human, extensions: { access: given } });
      expect(body.extensions).toBeUndefined();
    }
  });

  it('says of a mask that does not fit its type what it does: there is nothing to see', async () => {
    const { body } = await house.ask('{ person(id: "1") { active } }', asking);
    expect(body.data).toEqual({ person: { active: null } });
    expect(body.extensions.access.fields[1]).toEqual({
      path: ['person', 'active'],
      coordinate: 'Person.active',
      outcome: 'masked',
      mask: 'null',
    });
  });

  it('says as much to those who are refused as a whole, and only if it is asked', async () => {
    house.forget();
    const refused = await house.ask(query, bi);
    const told = await house.ask(query, { ...bi, extensions: { access: true } });
    expect([refused.status, told.status]).toEqual([403, 403]);
    expect(refused.body.extensions).toBeUndefined();
    // Whoever it is, no rule filters the rows of programs.
    const rows = { ...access.rows, Person: false };
    expect(told.body).toEqual({ ...refused.body, extensions: { access: { ...access, rows } } });
    const filtered = '{ people(where: { pin: "1" }) { email } }';
    const [refusedFilter, filter] = [
      await house.ask(filtered, bi),
      await house.ask(filtered, { ...bi, extensions: { access: true } }),
    ];
    expect(refusedFilter.text).toBe(refused.text);
    expect(filter.body.extensions.access.fields).toMatchObject([
      { path: ['people'], coordinate: 'Query.people', outcome: 'denied', ask: ['people'] },
    ]);
    expect(house.asked()).toBe('');
    const stream = { accept: 'text/event-stream' };
    expect(
      await textOf(await send(query, { ...bi, extensions: { access: true }, headers: stream })),
    ).toContain(`"extensions":${JSON.stringify(told.body.extensions)}`);
  });

  it('says why a mutation was not carried out', async () => {
    const fire = 'mutation { fire raise(id: "1") { id } }';
    const [refused, told] = [await house.ask(fire, human), await house.ask(fire, asking)];
    expect(refused.status).toBe(403);
    expect(told.body).toMatchObject({
      ...refused.body,
      extensions: {
        access: {
          fields: [
            { path: ['fire'], coordinate: 'Mutation.fire', outcome: 'denied', ask: ['people'] },
            { path: ['raise'], outcome: 'clear' },
            { path: ['raise', 'id'], outcome: 'clear' },
          ],
        },
      },
    });
  });

  it('tells nobody from whom names are hidden that there is one', async () => {
    for (const [name, other] of [
      ['{ person { id pin } }', '{ person { id pix } }'],
      ['{ people(where: { pin: "1" }) { email } }', '{ people(where: { pix: "1" }) { email } }'],
      ['mutation { fire }', 'mutation { hire }'],
    ] as const) {
      const [hidden, unknown] = [
        await house.ask(name, { extensions: { access: true } }),
        await house.ask(other, { extensions: { access: true } }),
      ];
      expect(hidden.status).toBe(400);
      expect(hidden.body.extensions).toBeUndefined();
      expect(hidden.text).toBe(unknown.text.replaceAll('pix', 'pin').replaceAll('hire', 'fire'));
    }
  });

  it('says the same whatever there is, and however it is answered', async () => {
    const subgraph = house.subgraphs.get('people');
    for (const text of [
      '{"data":{"person":null,"totals":null,"people":null}}',
      '{"data":null}',
      '{}',
      'no',
    ]) {
      if (subgraph) subgraph.instead = { body: text, headers: { 'content-type': 'application/json' } };
      const { body } = await house.ask(query, asking);
      expect(body.extensions).toEqual({ access });
    }
    if (subgraph) subgraph.instead = undefined;
    // Once from the bytes of replies, once from the object tree.
    const spliced = await house.ask('{ person(id: "1") { born } }', asking);
    const tree = await house.ask('{ person(id: "1") { born } __type(name: "Person") { name } }', asking);
    expect(spliced.body.data.person).toEqual(tree.body.data.person);
    expect(spliced.body.extensions).toEqual(tree.body.extensions);
  });

  it('comes with the first part, and with each event', async () => {
    const accept = 'multipart/mixed;deferSpec=20220824, application/json';
    const response = await send('{ person(id: "1") { id ... @defer { email } } }', {
      ...asking,
      headers: { accept },
    });
    const text = await textOf(response);
    expect(text.match(/"extensions":\{"access"/g)).toHaveLength(1);
    const results = await resultsOf(house.subscribe('subscription { arrived { email } }', asking), 2);
    for (const result of results) {
      expect(result).toMatchObject({
        data: { arrived: {} },
        extensions: { access: { fields: [{}, { coordinate: 'Person.email', outcome: 'masked' }] } },
      });
    }
    expect(results).toHaveLength(2);
  });
});

async function schema(ask: Ask, method = 'GET'): Promise<HttpResponse> {
  const authorization =
    ask.scopes === undefined ? {} : { authorization: await house.authorization(ask.scopes, 300, ask.claims) };
  return house.gateway.schema({
    method,
    url: '/v1/schema.graphql',
    headers: { accept: '*/*', ...authorization, ...ask.headers },
    body: Buffer.from(''),
    signal: new AbortController().signal,
  });
}

async function send(query: string, { scopes = [], claims, extensions, headers }: Ask): Promise<HttpResponse> {
  const authorization = await house.authorization(scopes, 300, claims);
  return house.gateway.handle({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', authorization, ...headers },
    body: Buffer.from(JSON.stringify({ query, extensions })),
    signal: new AbortController().signal,
  });
}

async function textOf({ body }: HttpResponse): Promise<string> {
  if (typeof body === 'string' || Buffer.isBuffer(body)) return String(body);
  let text = '';
  for await (const piece of body) text += piece;
  return text;
}

/** Somebody arrives as soon as somebody looks. */
async function resultsOf(results: AsyncGenerator<Result>, count = 1): Promise<readonly Result[]> {
  const events = house.subgraphs.get('people')?.events;
  const found: Result[] = [];
  const next = results.next();
  while (events?.subscribers === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  for (let index = 0; index < count; index += 1) events?.publish(ann);
  found.push((await next).value);
  while (found.length < count) found.push((await results.next()).value);
  await results.return(undefined);
  return found;
}
