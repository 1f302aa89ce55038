import { describe, expect, it } from '@jest/globals';
import { type Shape, supergraphOf } from '../fixture/supergraph.ts';
import type { AccessModel } from './model.ts';
import { accessModelOf } from './model-of.ts';
import { nothing } from './requirement.ts';

const classification = ['public', 'internal', 'confidential', 'restricted'];
const tags = new Map(
  Object.entries({ public: 'public', team: 'internal', money: 'confidential', pii: 'restricted' }).map(
    ([name, level]) => [name, { classification: level, description: name }],
  ),
);
const vocabulary = { classification, tags };

const modelOf = (types: string, shape: Shape = {}) => accessModelOf(supergraphOf(types, shape), vocabulary);
const T = '@join__type(graph: A)';

/** `filter Person.email`, `read! Person.name` in the clear, `read~` where a subscription subscribes. */
function needsOf(model: AccessModel, coordinate: string): string[] {
  const { needs } = model.elements.get(coordinate) ?? { needs: [] };
  return needs
    .map(({ field, action, clear, delivered }) => {
      const mark = `${clear ? '!' : ''}${delivered ? '~' : ''}`;
      return `${action}${mark} ${model.fields[field]?.coordinate}`;
    })
    .sort();
}
const entity = (model: AccessModel, coordinate: string) => model.fields[model.fieldIds.get(coordinate) ?? -1];

describe('fields as rules see them', () => {
  it('have the tags of their type unless they say themselves that they are more protected', () => {
    const model = modelOf(`type Query ${T} { a: Person }
      type Person ${T} @tag(name: "team") { name: String  email: String @tag(name: "pii")  id: ID @tag(name: "public") }
      type Bare ${T} { a: Int  b: Int @tag(name: "unheard") }`);
    expect(entity(model, 'Person.name')).toMatchObject({
      tags: ['team'],
      classification: 'internal',
      level: 1,
    });
    // A rule for everything `team` is not a rule for e-mail addresses.
    expect(entity(model, 'Person.email')).toMatchObject({ tags: ['pii'], level: 3 });
    expect(entity(model, 'Person.id')).toMatchObject({ tags: ['public', 'team'], level: 1 });
    expect(entity(model, 'Bare.a')).toMatchObject({ tags: [], classification: 'restricted', level: 3 });
    expect(entity(model, 'Bare.b')).toMatchObject({ level: 3 });
  });

  it('A02, C: an interface can protect a field more, never less', () => {
    const model = modelOf(`type Query ${T} { a: Media }
      interface Media ${T} @tag(name: "public") { title: String  owner: String @tag(name: "pii") }
      type Movie implements Media ${T} @join__implements(graph: A, interface: "Media") {
        title: String  owner: String @tag(name: "team")  budget: Int @tag(name: "money")
      }`);
    expect(entity(model, 'Movie.title')).toMatchObject({ tags: [], level: 3, implements: ['Media.title'] });
    expect(entity(model, 'Movie.owner')).toMatchObject({ tags: ['pii', 'team'], level: 3 });
    expect(entity(model, 'Movie.budget')).toMatchObject({ tags: ['money'], level: 2, implements: [] });
  });

  it('are inputs and enum values too, but not how the join spec describes itself', () => {
    const model = modelOf(`type Query ${T} { find(where: Where, grade: Grade): Int }
      input Where ${T} { email: String } enum Grade ${T} { A @join__enumValue(graph: A) }`);
    const kinds = ['Query.find', 'Query.find(where:)', 'Where.email', 'Grade.A'].map(
      (each) => entity(model, each)?.kind,
    );
    expect(kinds).toEqual(['field', 'argument', 'inputField', 'enumValue']);
    expect(model.fields.filter(({ coordinate }) => coordinate.startsWith('join__'))).toEqual([]);
  });

  it('belong to whoever resolves them', () => {
    const model = modelOf(
      `type Query ${T} { a: Person }
      type Person @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
        id: ID  name: String @join__field(graph: A) @join__field(graph: B, external: true)
      }`,
      { subgraphs: ['b', 'a'] },
    );
    expect(entity(model, 'Person.id')?.owners).toEqual(['a', 'b']);
    expect(entity(model, 'Person.name')?.owners).toEqual(['a']);
  });
});

describe('what elements need', () => {
  const people = `type Query ${T} {
      people(where: Where, order: Order, first: Int @usesNothing): People @uses(field: "Person.id", as: FILTER)
      groups: Groups
    }
    type People ${T} @carrier { nodes: [Person]  cursor: String  total: Int @uses(field: "Person.id", as: AGGREGATE) }
    type Groups ${T} @carrier { max: String @uses(field: "Person.email", as: READ) @uses(field: "Person.email", as: AGGREGATE) }
    type Person ${T} { id: ID  email: String  age: Int @tag(name: "pii") @uses(field: "Person.born", as: READ)  born: String }
    input Where ${T} { and: [Where!]  email: Text @uses(field: "Person.email", as: FILTER)  note: String }
    input Text ${T} { eq: String }
    enum Order ${T} { EMAIL @join__enumValue(graph: A) @uses(field: "Person.email", as: ORDER) }`;

  it('a field is read; what stands for columns only needs those; what carries rows needs nothing', () => {
    const model = modelOf(people);
    expect(needsOf(model, 'Person.id')).toEqual(['read~ Person.id']);
    expect(needsOf(model, 'Query.people')).toEqual(['filter Person.id']);
    expect(needsOf(model, 'People.nodes')).toEqual([]);
    expect(needsOf(model, 'People.total')).toEqual(['aggregate Person.id']);
    expect(needsOf(model, 'Groups.max')).toEqual(['aggregate Person.email', 'read! Person.email']);
    expect(needsOf(model, 'Query.groups')).toEqual(['read~ Query.groups']);
    expect(needsOf(model, 'Person.age')).toEqual(['read! Person.born', 'read~ Person.age']);
  });

  it('inputs need what they say; what says nothing inside a linked input filters by all that can be reached', () => {
    const model = modelOf(people);
    expect(needsOf(model, 'Where.email')).toEqual(['filter Person.email']);
    expect(needsOf(model, 'Order.EMAIL')).toEqual(['filter Person.email']);
    for (const each of [
      'Query.people(first:)',
      'Query.people(where:)',
      'Query.people(order:)',
      'Where.and',
      'Text.eq',
    ])
      expect(needsOf(model, each)).toEqual([]);
    expect(needsOf(model, 'Where.note')).toEqual([
      'aggregate Person.id',
      'filter Person.age',
      'filter Person.born',
      'filter Person.email',
      'filter Person.id',
      'read! Person.born',
    ]);
  });

  it('F: an argument that says nothing filters by every column that its subgraph can reach from there', () => {
    const model = modelOf(
      `type Query ${T} { find(text: String): Thing @join__field(graph: A)  count(text: String): Int @join__field(graph: A) }
      union Thing ${T} @join__unionMember(graph: A, member: "Person") = Person
      type Person @join__type(graph: A) @join__type(graph: B) {
        name: String @join__field(graph: A)  iban: String @join__field(graph: B)  boss: Person @join__field(graph: A)
      }`,
      { subgraphs: ['a', 'b'] },
    );
    expect(needsOf(model, 'Query.find(text:)')).toEqual(['filter Person.name']);
    expect(needsOf(model, 'Query.count(text:)')).toEqual(['filter Query.count']);
  });

  it('B01, B02: inputs of a computed field are read in the clear, to the end of the chain', () => {
    const model = modelOf(`type Query ${T} { a: Person }
      type Person ${T} { pay: Int  open: Int @declassify(reason: "r") @join__field(graph: A, requires: "pay")
        bonus: Int @join__field(graph: A, requires: "pay")  grade: Int @join__field(graph: A, requires: "bonus")
        mood: Int @join__field(graph: A, requires: "open")  born: Int @declassify(reason: "r")
        age: Int @join__field(graph: A, requires: "born") }`);
    expect(needsOf(model, 'Person.grade')).toEqual([
      'read! Person.bonus',
      'read! Person.pay',
      'read~ Person.grade',
    ]);
    expect(needsOf(model, 'Person.age')).toEqual(['read~ Person.age']);
    // Its owner declassified what is computed, not what it is computed of.
    expect(needsOf(model, 'Person.mood')).toEqual(['read! Person.pay', 'read~ Person.mood']);
  });

  it('A03: a field of an interface stands for that field on every type that it can be', () => {
    const model = modelOf(`type Query ${T} { a: Person }
      interface Person ${T} { email: String }
      type Employee implements Person ${T} @join__implements(graph: A, interface: "Person") { email: String }
      type Contractor implements Person ${T} @join__implements(graph: A, interface: "Person") { email: String }`);
    expect(needsOf(model, 'Person.email')).toEqual(['read~ Contractor.email', 'read~ Employee.email']);
  });

  it('A17: a mutation mutates; a tagged input is data itself', () => {
    const model = modelOf(
      `type Query ${T} { find(email: String @usesNothing @tag(name: "pii")): Int }
      type Mutation ${T} { add(person: Add): Int }
      input Add ${T} { email: String @uses(field: "Person.email", as: WRITE)  phone: String @usesNothing @tag(name: "pii") }
      type Person ${T} { email: String }`,
      { roots: 'query: Query mutation: Mutation' },
    );
    expect(needsOf(model, 'Mutation.add')).toEqual(['mutate Mutation.add']);
    expect(needsOf(model, 'Add.email')).toEqual(['mutate Person.email']);
    expect(needsOf(model, 'Add.phone')).toEqual(['mutate Add.phone']);
    expect(needsOf(model, 'Query.find(email:)')).toEqual(['filter Query.find(email:)']);
  });

  it('shares what can be reached, be it by ever so many arguments', () => {
    const fields = Array.from({ length: 40 }, (_, i) => `f${i}(text: String): Person`).join(' ');
    const model = modelOf(`type Query ${T} { ${fields} } type Person ${T} { id: ID }`);
    const all = Array.from({ length: 40 }, (_, i) => model.elements.get(`Query.f${i}(text:)`)?.needs);
    expect(new Set(all).size).toBe(1);
    expect(all[0]).toHaveLength(1);
  });
});

describe('what directives require', () => {
  const requirementOf = (types: string, coordinate: string) =>
    modelOf(types).elements.get(coordinate)?.requirement;
  const scope = (name: string) => `@requiresScopes(scopes: [["${name}"]])`;

  it('A15, A16: holds for the types around an element, going out and coming in', () => {
    const types = `type Query ${T} { secrets: [[Secret!]!]  at(grade: Grade): Int }
      type Secret ${T} ${scope('s')} { a: Int }
      enum Grade ${T} @policy(policies: [["g", "h"], ["i"]]) { A @join__enumValue(graph: A) }`;
    for (const each of ['Query.secrets', 'Secret.a', 'Secret'])
      expect(requirementOf(types, each)).toEqual({ ...nothing, authenticated: true, scopes: [[['s']]] });
    for (const each of ['Query.at(grade:)', 'Grade.A'])
      expect(requirementOf(types, each)).toEqual({ ...nothing, policies: [[['g', 'h'], ['i']]] });
    expect(requirementOf(types, 'Query.at')).toEqual(nothing);
  });

  it('B01: holds for whatever is computed of or filtered by an element', () => {
    const types = `type Query ${T} { find(where: Where): Person  name: Int @join__field(graph: A, requires: "pay") pay: Int ${scope('p')} }
      input Where ${T} { email: String @uses(field: "Person.email", as: FILTER) }
      type Person ${T} { email: String ${scope('e')} }`;
    expect(requirementOf(types, 'Query.name')?.scopes).toEqual([[['p']]]);
    expect(requirementOf(types, 'Where.email')?.scopes).toEqual([[['e']]]);
  });

  const person = (onInterface: string, onContractor: string) => `type Query ${T} { a: Person }
    interface Person ${T} { email: String ${onInterface} }
    type Employee implements Person ${T} @join__implements(graph: A, interface: "Person") { email: String }
    type Contractor implements Person ${T} @join__implements(graph: A, interface: "Person") { email: String ${onContractor} }`;

  it('A02: a rule on an interface holds on every implementation', () => {
    expect(requirementOf(person(scope('c'), ''), 'Employee.email')?.scopes).toEqual([[['c']]]);
  });

  it('A03: what composition copied from one implementation is asked for on that one alone', () => {
    expect(requirementOf(person(scope('c'), scope('c')), 'Employee.email')).toEqual(nothing);
    expect(requirementOf(person(scope('c'), scope('c')), 'Contractor.email')?.scopes).toEqual([[['c']]]);
    expect(requirementOf(person(scope('c'), scope('c')), 'Person.email')?.scopes).toEqual([[['c']]]);
  });

  it('names the conditions and scopes there are, conditions with those who ask for them', () => {
    const model = modelOf(`type Query ${T} { a: Int @policy(policies: [["x"]])  b: Int ${scope('s')} }`);
    expect(model.conditions).toEqual([{ name: 'x', owners: ['a'] }]);
    expect(model.scopes).toEqual(['s']);
  });
});
