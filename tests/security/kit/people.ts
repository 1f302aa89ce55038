/** A house of two subgraphs whose hidden cells hold canaries; whatever it answers is kept and scanned. */
import { expect } from '@jest/globals';
import {
  type Answer,
  type Ask,
  type House,
  type HouseOptions,
  openHouse,
} from '@portcullis/gateway/fixture/house';
import { openToAll } from '@portcullis/gateway/fixture/rules';
import type { RunningSubgraph, SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';

const link = `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag", "@composeDirective"])
    @link(url: "https://portcullis.dev/spec/v1.0", import: ["@uses", "@usesNothing"])
    @composeDirective(name: "@uses")
    @composeDirective(name: "@usesNothing")
  directive @uses(field: String!, as: Use!) repeatable on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
  directive @usesNothing(reason: String) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
  enum Use { FILTER ORDER GROUP AGGREGATE READ WRITE }`;

export const canary = (of: string) => `canary-${of}-5d1c7e`;
const canaryWord = /canary-\w+-5d1c7e|4111111111111234/;

export const rows = ['1', '2'].map((id) => ({
  __typename: 'Person',
  id,
  name: `name ${id}`,
  email: canary(`email${id}`),
  notes: canary(`notes${id}`),
  card: '4111111111111234',
}));

export const people: SubgraphFixture = {
  name: 'people',
  enforces: ['rows', 'groups', 'columns'],
  sdl: `${link}
    scalar JSON
    type Query {
      me: Person
      all: [Person!]!
      loose: [Person]
      hits: [Hit]
      named: [Named]
      echo(text: String @usesNothing, count: Int @usesNothing): String
    }
    type Mutation { rename: Person }
    type Subscription { renamed: Person }
    interface Named { name: String }
    union Hit = Person | Firm
    type Firm { title: String }
    type Person implements Named @key(fields: "id") {
      id: ID! @tag(name: "public")
      name: String @tag(name: "public")
      email: String @tag(name: "pii")
      notes: String! @tag(name: "confidential")
      card: String @tag(name: "financial")
      level: Int @tag(name: "public")
      grade: Grade @tag(name: "public")
      blob: JSON @tag(name: "public")
      boss: Person @tag(name: "public")
    }
    enum Grade { A B }`,
  resolvers: {
    Query: {
      me: () => rows[0],
      all: () => rows,
      loose: () => rows,
      hits: () => rows,
      named: () => rows,
      echo: (_: unknown, { text }: { text: string }) => text,
    },
    Mutation: { rename: () => rows[0] },
    Person: { boss: () => rows[1] },
  },
};

const noEmail = `${openToAll}
@id("global.no-email") forbid (principal, action, resource in Tag::"pii") unless { principal.purpose == Purpose::"support" };
`;

export const masked = `${noEmail}
@id("global.card") @mask("last:4")
forbid (principal, action in [Action::"read", Action::"subscribe"], resource in Tag::"financial");
`;

export const human: Ask = { scopes: ['any'] };

export interface Watched {
  readonly house: House;
  readonly people: RunningSubgraph;
  ask(query: string, ask?: Ask): Promise<Answer>;
  /** Keeps what left by another door. */
  saw(bytes: string): void;
  /** That no canary left since the last time. */
  scan(): void;
}

export async function openWatched(options: HouseOptions = {}, fixtures = [people]): Promise<Watched> {
  const house = await openHouse(fixtures, { rules: masked, ...options });
  const running = house.subgraphs.get('people');
  if (running === undefined) throw new Error('there is no such subgraph');
  const seen: string[] = [];
  return {
    house,
    people: running,
    async ask(query, ask = human) {
      const answer = await house.ask(query, ask);
      seen.push(answer.text);
      return answer;
    },
    saw: (bytes) => void seen.push(bytes),
    scan() {
      for (const text of seen.splice(0)) expectNoCanary(text);
    },
  };
}

function expectNoCanary(text: string): void {
  expectNone(canaryWord, text);
}

/** Also as base64 and as hex. */
export function expectNone(secrets: RegExp, text: string): void {
  const decoded = (text.match(/[\w+/=-]{16,}/g) ?? []).flatMap((word) => [
    Buffer.from(word, 'base64').toString('latin1'),
    Buffer.from(word, 'hex').toString('latin1'),
  ]);
  for (const each of [text, ...decoded]) expect(each).not.toMatch(secrets);
}

/** Answers like this in place of the subgraph, while something is done. */
export async function instead<T>(
  subgraph: RunningSubgraph,
  body: unknown,
  act: () => Promise<T>,
): Promise<T> {
  subgraph.instead = { body: typeof body === 'string' ? body : JSON.stringify(body) };
  try {
    return await act();
  } finally {
    subgraph.instead = undefined;
  }
}

/** All parts of an answer, as they were sent. */
export async function inParts({ house, saw }: Watched, query: string): Promise<string> {
  const { body } = await house.gateway.handle({
    method: 'POST',
    url: '/graphql',
    headers: {
      'content-type': 'application/json',
      accept: 'multipart/mixed;deferSpec=20220824, application/json',
      authorization: await house.authorization(['any']),
    },
    body: Buffer.from(JSON.stringify({ query })),
    signal: new AbortController().signal,
  });
  let text = '';
  if (typeof body === 'string' || Buffer.isBuffer(body)) text = String(body);
  else for await (const piece of body) text += piece;
  saw(text);
  return text;
}
