import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readSupergraph } from '@portcullis/schema/supergraph/read';
import fc from 'fast-check';
import { buildAccessRules, openRules, PolicyError, readTags } from './bundle.ts';
import { type Caller, evaluate } from './evaluate.ts';
import { allOf, impliedBy, type Requirement } from './requirement.ts';

const tags = readTags(readFileSync(new URL('../global/tags.yaml', import.meta.url), 'utf8'));

const supergraphSdl = (types: string) => `
  schema
    @link(url: "https://specs.apollo.dev/link/v1.0")
    @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
    @link(url: "https://specs.apollo.dev/tag/v0.3")
    @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)
    @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY)
    @link(url: "https://portcullis.dev/spec/v1.0", import: ["@uses"])
  { query: Query }
  directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
  directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean, overrideLabel: String, contextArguments: [join__ContextArgument!]) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
  directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
  directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
  directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
  directive @join__directive(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments) repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION
  input join__ContextArgument { name: String! type: String! context: String! selection: join__FieldValue! }
  scalar join__FieldSet
  scalar join__FieldValue
  scalar join__DirectiveArguments
  scalar link__Import
  enum link__Purpose { SECURITY EXECUTION }
  directive @tag(name: String!) repeatable on FIELD_DEFINITION | INTERFACE | OBJECT | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION | SCHEMA
  directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  scalar requiresScopes__Scope
  directive @uses(field: String!, as: String!) repeatable on INPUT_FIELD_DEFINITION | ENUM_VALUE | FIELD_DEFINITION
  enum join__Graph { A @join__graph(name: "a", url: "http://a") }
  ${types}`;

const rulesOf = (types: string) => buildAccessRules(readSupergraph(supergraphSdl(types)), tags);
const anonymous: Caller = { kind: 'anonymous' };
const holder = (...scopes: string[]): Caller => ({ kind: 'authenticated', scopes: new Set(scopes) });
const query = 'type Query @join__type(graph: A) { a: Int }';

describe('access rules', () => {
  it('ask for what a field states', () => {
    const rules = rulesOf(`type Query @join__type(graph: A) {
      open: Int
      known: Int @authenticated
      either: Int @requiresScopes(scopes: [["x", "y"], ["z"]])
    }`);
    expect(evaluate(rules, anonymous, 'Query.open')).toEqual({ effect: 'allow', reason: 'met' });
    expect(evaluate(rules, anonymous, 'Query.known')).toEqual({ effect: 'deny', reason: 'anonymous' });
    expect(evaluate(rules, holder(), 'Query.known').effect).toBe('allow');
    expect(evaluate(rules, holder('x'), 'Query.either')).toEqual({ effect: 'deny', reason: 'scopes' });
    expect(evaluate(rules, holder('x', 'y'), 'Query.either').effect).toBe('allow');
    expect(evaluate(rules, holder('z'), 'Query.either').effect).toBe('allow');
  });

  it('deny what they do not know, names of Object.prototype included', () => {
    const rules = rulesOf(query);
    for (const coordinate of ['Query.b', '__proto__', 'constructor', 'toString']) {
      expect(evaluate(rules, holder('x'), coordinate)).toEqual({ effect: 'deny', reason: 'unknown' });
    }
  });

  it('A16: ask for the type behind lists and non-nulls', () => {
    const rules = rulesOf(`type Query @join__type(graph: A) { secrets: [[Secret!]!] }
      type Secret @join__type(graph: A) @requiresScopes(scopes: [["s"]]) { a: Int }`);
    expect(evaluate(rules, holder(), 'Query.secrets').effect).toBe('deny');
    expect(evaluate(rules, holder(), 'Secret.a').effect).toBe('deny');
    expect(evaluate(rules, holder('s'), 'Query.secrets').effect).toBe('allow');
  });

  it('A15: ask for a protected enum or scalar, going out and coming in', () => {
    const rules =
      rulesOf(`type Query @join__type(graph: A) { grade: Grade  atLeast(grade: Grade): Int  at: Stamp }
      scalar Stamp @join__type(graph: A) @authenticated
      enum Grade @join__type(graph: A) @requiresScopes(scopes: [["g"]]) { A @join__enumValue(graph: A) }`);
    for (const coordinate of ['Query.grade', 'Query.atLeast(grade:)', 'Grade.A']) {
      expect(evaluate(rules, holder(), coordinate).effect).toBe('deny');
      expect(evaluate(rules, holder('g'), coordinate).effect).toBe('allow');
    }
    expect(evaluate(rules, anonymous, 'Query.at').effect).toBe('deny');
  });

  it('close what carries a protective tag and says for whom it is nowhere', () => {
    const rules = rulesOf(`type Query @join__type(graph: A) {
        email: String @tag(name: "pii")
        name: String @tag(name: "public")
        typo: String @tag(name: "pubic")
        phone: String @tag(name: "pii") @requiresScopes(scopes: [["p"]])
        person: Person
        find(email: String @tag(name: "pii")): Int
      }
      type Person @join__type(graph: A) @requiresScopes(scopes: [["p"]]) { email: String @tag(name: "pii") }`);
    expect(evaluate(rules, holder('p'), 'Query.email')).toEqual({ effect: 'deny', reason: 'protected' });
    expect(evaluate(rules, holder('p'), 'Query.typo').effect).toBe('deny');
    expect(evaluate(rules, anonymous, 'Query.name').effect).toBe('allow');
    expect(evaluate(rules, holder('p'), 'Query.phone').effect).toBe('allow');
    expect(evaluate(rules, holder('p'), 'Person.email').effect).toBe('allow');
    expect(evaluate(rules, holder('p'), 'Query.find(email:)').effect).toBe('deny');
  });

  it('B01, B02: ask for every input of a computed field, to the end of the chain', () => {
    const rules = rulesOf(`${query}
      type Employee @join__type(graph: A, key: "id") {
        id: ID!
        salary: Int @requiresScopes(scopes: [["pay"]])
        bonus: Int @join__field(graph: A, requires: "salary")
        rank: Int @join__field(graph: A, requires: "bonus")
        shared: Int @join__field(graph: A, requires: "boss { rank }")
        boss: Employee
      }`);
    for (const field of ['bonus', 'rank', 'shared']) {
      expect(evaluate(rules, holder(), `Employee.${field}`).effect).toBe('deny');
      expect(evaluate(rules, holder('pay'), `Employee.${field}`).effect).toBe('allow');
    }
    expect(evaluate(rules, holder(), 'Employee.boss').effect).toBe('allow');
  });

  it('ask for the column that an input, an enum value or an aggregate uses', () => {
    const rules = rulesOf(`${query}
      type Employee @join__type(graph: A) { salary: Int @tag(name: "financial") @requiresScopes(scopes: [["pay"]]) }
      type Sum @join__type(graph: A) { salary: Int @tag(name: "financial") @uses(field: "Employee.salary", as: "AGGREGATE") }
      input Where @join__type(graph: A) { salary: Int @uses(field: "Employee.salary", as: "FILTER") }
      enum Order @join__type(graph: A) {
        SALARY @join__enumValue(graph: A) @uses(field: "Employee.salary", as: "ORDER")
      }`);
    for (const coordinate of ['Sum.salary', 'Where.salary', 'Order.SALARY']) {
      expect(evaluate(rules, holder(), coordinate).effect).toBe('deny');
      expect(evaluate(rules, holder('pay'), coordinate).effect).toBe('allow');
    }
  });

  const person = (onInterface: string, onContractor: string) => `${query}
    interface Person @join__type(graph: A) { email: String ${onInterface} }
    type Employee implements Person @join__type(graph: A) @join__implements(graph: A, interface: "Person") { email: String }
    type Contractor implements Person @join__type(graph: A) @join__implements(graph: A, interface: "Person") { email: String ${onContractor} }`;
  const scopes = '@requiresScopes(scopes: [["c"]])';

  it('A02: a rule on an interface holds on every implementation', () => {
    const rules = rulesOf(person(scopes, ''));
    expect(evaluate(rules, holder(), 'Employee.email').effect).toBe('deny');
    expect(evaluate(rules, holder('c'), 'Employee.email').effect).toBe('allow');
  });

  it('A03: what composition copied from one implementation denies that one alone', () => {
    const rules = rulesOf(person(scopes, scopes));
    expect(evaluate(rules, holder(), 'Employee.email').effect).toBe('allow');
    expect(evaluate(rules, holder(), 'Contractor.email').effect).toBe('deny');
    // Whoever filters on the interface's field filters on the contractors' too.
    expect(evaluate(rules, holder(), 'Person.email').effect).toBe('deny');
  });

  it('a protective tag on an interface closes the field on every implementation', () => {
    const rules = rulesOf(person('@tag(name: "pii")', ''));
    expect(evaluate(rules, holder('c'), 'Contractor.email').effect).toBe('deny');
  });

  it('are not asked in open mode', () => {
    expect(evaluate(openRules, anonymous, 'Anything.at all')).toEqual({ effect: 'allow', reason: 'open' });
  });
});

describe('requirements', () => {
  const scope = fc.constantFrom('a', 'b', 'c');
  const requirement: fc.Arbitrary<Requirement> = fc.record({
    denied: fc.constant(false),
    authenticated: fc.constant(true),
    scopes: fc.array(fc.array(fc.array(scope, { maxLength: 3 }), { minLength: 1, maxLength: 3 }), {
      maxLength: 2,
    }),
  });
  const caller = fc.uniqueArray(scope).map((held) => holder(...held));
  const allows = (one: Requirement, who: Caller) =>
    evaluate({ open: false, requirements: new Map([['X', one]]) }, who, 'X').effect === 'allow';

  it('B08: hold together exactly when each holds, in any order', () => {
    fc.assert(
      fc.property(fc.array(requirement, { maxLength: 3 }), caller, (several, who) => {
        const each = several.every((one) => allows(one, who));
        expect(allows(allOf(several), who)).toBe(each);
        expect(allows(allOf([...several].reverse()), who)).toBe(each);
      }),
    );
  });

  it('are implied only where nobody meets the others without them', () => {
    fc.assert(
      fc.property(requirement, fc.array(requirement, { maxLength: 2 }), caller, (one, others, who) => {
        if (impliedBy(one, others) && others.length > 0 && allows(allOf(others), who)) {
          expect(allows(one, who)).toBe(true);
        }
      }),
    );
  });
});

describe('the list of tags', () => {
  it.each([
    ['tags: {pii: {protects: true}}', /pii.*description/],
    ['tags: {pii: {protects: yes please, description: x}}', /pii.*true or false/],
    ['tags: {pii: {protects: true, description: x, protect: false}}', /unknown key "protect"/],
    ['tags: [pii]', /has to be a mapping/],
    ['tagz: {}', /unknown key "tagz"/],
    ['tags: {', /not YAML/],
  ])('refuses %s', (text, message) => {
    expect(() => readTags(text)).toThrow(PolicyError);
    expect(() => readTags(text)).toThrow(message);
  });
});
