/** What the graph tells of itself: no more than the caller may see, by whichever way. Group H of the catalogue of attacks. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { inlineToolchain } from '@portcullis/gateway/snapshot/inline-toolchain';
import { doors } from './kit/doors.ts';
import { human, openWatched, type Watched } from './kit/people.ts';

/** From whom what is denied is hidden. */
const anybody = {};

let watched: Watched;
beforeAll(async () => {
  watched = await openWatched({ modes: { anonymous: 'hide' } });
});
beforeEach(() => watched.house.forget());
afterEach(() => watched.scan());
afterAll(() => watched.house.close());

const introspection = '{ __schema { types { name fields { name } } } }';

it.each(doors.map((door) => [door.name, door] as const))(
  'H01 introspection by %s shows what it shows by any other door',
  async (_, door) => {
    const { data } = (await watched.ask(introspection, anybody)).body;
    const { url } = await watched.house.listen();
    const shown = await door.ask({ url, authorization: undefined, query: introspection });
    watched.saw(JSON.stringify(shown));
    expect(shown).toEqual({ data, errors: undefined });
    expect(JSON.stringify(shown)).not.toMatch(/notes|email/);
    expect(JSON.stringify(shown)).toContain('"card"');
    const hidden = await door.ask({ url, authorization: undefined, query: '{ me { email } }' });
    const random = await door.ask({ url, authorization: undefined, query: '{ me { emall } }' });
    expect(JSON.stringify(hidden).replaceAll('email', 'emall')).toBe(JSON.stringify(random));
    expect(watched.house.asked()).toBe('');
  },
);

it.each([
  ['{ me { note } }', 'notes'],
  ['{ me { emial } }', 'email'],
  ['{ me { ... on Persn { id } } }', 'Person'],
])('H02 %s is not told what there is nearby', async (query, name) => {
  for (const who of [anybody, human]) {
    const { status, text } = await watched.ask(query, who);
    expect([status, text.includes(`"${name}`), /did you mean/i.test(text)]).toEqual([400, false, false]);
  }
  expect(watched.house.asked()).toBe('');
});

it.each([
  '{ __type(name: "Person") { fields { name } } }',
  '{ t: __type(name: "Person") { f: fields { n: name } } }',
  'query ($n: String!) { __type(name: $n) { ...f } } fragment f on __Type { fields { name } }',
  '{ __schema { queryType { fields { type { fields { name } ofType { fields { name } } } } } } }',
])('H03 no way of asking for a type shows its hidden fields: %s', async (query) => {
  const { text, body } = await watched.ask(query, { variables: { n: 'Person' } });
  expect(body.errors).toBeUndefined();
  expect(text).toContain('"card"');
  expect(text).not.toMatch(/notes|email/);
});

it('H09 introspection is not exempt from limits', async () => {
  const deep = `{ __schema { types { ${'fields { type { '.repeat(20)} name ${'} } '.repeat(20)} } } }`;
  const wide = `{ ${Array.from({ length: 500 }, (_, n) => `a${n}: __schema { types { fields { args { name } } } }`).join(' ')} }`;
  for (const query of [deep, wide]) {
    const { status, body } = await watched.ask(query, anybody);
    expect([status, body.data]).toEqual([400, undefined]);
  }
});

it('H11 a failure while the graph is reduced shows nothing, and does not hide everything from others', async () => {
  let fails = true;
  const fragile = await openWatched({
    modes: { anonymous: 'hide' },
    toolchain: () => ({
      ...inlineToolchain,
      async createAccess(files, supergraph) {
        const access = await inlineToolchain.createAccess(files, supergraph);
        return {
          version: access.version,
          close: () => access.close(),
          viewOf: (subject, circumstances) => {
            const view = access.viewOf(subject, circumstances);
            if (!fails || subject.kind !== 'anonymous') return view;
            throw new Error('a shape that nobody expects: Person.notes');
          },
        };
      },
    }),
  });
  try {
    for (const query of [introspection, '{ me { name } }', '{ __typename }']) {
      const { status, text } = await fragile.ask(query, anybody);
      expect([status, /Person|notes|name 1/.test(text)]).toEqual([500, false]);
    }
    expect(fragile.house.asked()).toBe('');
    expect((await fragile.ask('{ me { name } }')).body.data).toEqual({ me: { name: 'name 1' } });
    fails = false;
    expect((await fragile.ask('{ me { name } }', anybody)).body.data).toEqual({ me: { name: 'name 1' } });
    fragile.scan();
  } finally {
    await fragile.house.close();
  }
});
