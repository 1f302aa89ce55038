import { describe, expect, it } from '@jest/globals';
import { moments, subject } from './fixture/media.ts';
import { is, ruleOf } from './fixture/rules.ts';
import { type Shape, supergraphOf } from './fixture/supergraph.ts';
import { accessModelOf } from './model/model-of.ts';
import type { Circumstances, Subject } from './subject.ts';
import { createViewBuilder } from './views/build-views.ts';
import { resolveView } from './views/resolve-view.ts';

const T = '@join__type(graph: A)';
const anonymous = subject({ kind: 'anonymous' });
const holder = (...scopes: string[]) => subject({ scopes });

/** Where the rules permit everything: what is left is what directives ask for. */
function askedOf(types: string, shape: Shape = {}) {
  const vocabulary = { classification: ['all'], tags: new Map(), attributes: new Map() };
  const rules = [
    ruleOf({ id: 'global.all' }),
    ruleOf({
      id: 'global.x',
      actions: ['satisfy'],
      resource: is('Policy', 'x'),
      when: 'principal.purpose == Purpose::"fraud"',
    }),
    ruleOf({
      id: 'global.y',
      actions: ['satisfy'],
      resource: is('Policy', 'y'),
      unless: 'context.breakGlass',
    }),
    ruleOf({
      id: 'global.not-y',
      effect: 'forbid',
      actions: ['satisfy'],
      resource: is('Policy', 'y'),
      when: 'principal.kind == Kind::"bi"',
    }),
  ];
  const bundle = {
    key: '1',
    vocabulary,
    model: accessModelOf(supergraphOf(types, shape), vocabulary),
    rules,
  };
  const builder = createViewBuilder(bundle);
  return (who: Subject, coordinate: string, when: Circumstances = moments.noon) =>
    resolveView(bundle, builder.build(who), builder.guards(when)).allows(coordinate, 'query');
}

describe('directives', () => {
  it('ask for what a field states', () => {
    const allows = askedOf(`type Query ${T} {
      open: Int
      known: Int @authenticated
      either: Int @requiresScopes(scopes: [["x", "y"], ["z"]])
      nobodyInParticular: Int @requiresScopes(scopes: [[]])
    }`);
    expect(allows(anonymous, 'Query.open')).toBe(true);
    expect(allows(anonymous, 'Query.known')).toBe(false);
    expect(allows(holder(), 'Query.known')).toBe(true);
    expect(
      [holder(), holder('x'), holder('x', 'y'), holder('z')].map((who) => allows(who, 'Query.either')),
    ).toEqual([false, false, true, true]);
    // Scopes are somebody's: whoever is nobody has none, not even none of them.
    expect(allows(anonymous, 'Query.nobodyInParticular')).toBe(false);
    expect(allows(subject({ kind: 'anonymous', scopes: ['z'] }), 'Query.either')).toBe(false);
  });

  it('ask for conditions by name, which rules say, and forbids unsay', () => {
    const allows = askedOf(`type Query ${T} {
      x: Int @policy(policies: [["x"]])
      either: Int @policy(policies: [["x", "y"], ["y"]])
      unheard: Int @policy(policies: [["z"]])
      names: Int @policy(policies: [["__proto__"], ["constructor"]])
    }`);
    const [ann, fraud, bi] = [subject({}), subject({ purpose: 'fraud' }), subject({ kind: 'bi' })];
    expect([ann, fraud, bi].map((who) => allows(who, 'Query.x'))).toEqual([false, true, false]);
    expect([ann, fraud, bi].map((who) => allows(who, 'Query.either'))).toEqual([true, true, false]);
    expect(allows(fraud, 'Query.either', moments.emergency)).toBe(false);
    for (const name of ['Query.unheard', 'Query.names']) expect(allows(fraud, name)).toBe(false);
  });

  it('B08: of several subgraphs hold all together', () => {
    const both = '@requiresScopes(scopes: [["a", "b"]])';
    const allows = askedOf(`type Query ${T} { merged: Int ${both}  typed: Typed }
      type Typed ${T} @requiresScopes(scopes: [["a"]]) { field: Int @requiresScopes(scopes: [["b"]]) }`);
    for (const each of ['Query.merged', 'Typed.field']) {
      expect([holder('a'), holder('b'), holder('a', 'b')].map((who) => allows(who, each))).toEqual([
        false,
        false,
        true,
      ]);
    }
  });

  it('B09: are found by what they are, whatever they are called', () => {
    const types = (scopes: string, known: string, policy: string) => `type Query ${T} {
      a: Int @${scopes}(scopes: [["s"]])
      b: Int @${known}
      c: Int @${policy}(policies: [["x"]])
    }`;
    const renamed = { requiresScopes: 'hush', authenticated: 'who', policy: 'requiresScopes' };
    const allows = askedOf(types('hush', 'who', 'requiresScopes'), { renamed });
    expect(['Query.a', 'Query.b', 'Query.c'].map((each) => allows(anonymous, each))).toEqual([
      false,
      false,
      false,
    ]);
    expect(['Query.a', 'Query.b', 'Query.c'].map((each) => allows(holder('s'), each))).toEqual([
      true,
      true,
      false,
    ]);
    expect(allows(subject({ purpose: 'fraud' }), 'Query.c')).toBe(true);
  });

  it('A16: hold for the type behind lists and non-nulls', () => {
    const allows = askedOf(`type Query ${T} { secrets: [[Secret!]!] }
      type Secret ${T} @requiresScopes(scopes: [["s"]]) { a: Int }`);
    for (const each of ['Query.secrets', 'Secret.a', 'Secret']) {
      expect(allows(holder(), each)).toBe(false);
      expect(allows(holder('s'), each)).toBe(true);
    }
  });

  it('A15: hold for a protected enum or scalar, going out and coming in', () => {
    const allows =
      askedOf(`type Query ${T} { grade: Grade  atLeast(grade: Grade @usesNothing): Int  at: Stamp }
      scalar Stamp ${T} @authenticated
      enum Grade ${T} @requiresScopes(scopes: [["g"]]) { A @join__enumValue(graph: A) }`);
    for (const each of ['Query.grade', 'Query.atLeast(grade:)', 'Grade.A']) {
      expect(allows(holder(), each)).toBe(false);
      expect(allows(holder('g'), each)).toBe(true);
    }
    expect(allows(holder(), 'Query.atLeast')).toBe(true);
    expect(allows(anonymous, 'Query.at')).toBe(false);
  });

  it('B01, B02: hold for every input of a computed field, to the end of the chain', () => {
    const allows = askedOf(`type Query ${T} { employees: [Employee] }
      type Employee @join__type(graph: A, key: "id") {
        id: ID!
        salary: Int @requiresScopes(scopes: [["pay"]])
        bonus: Int @join__field(graph: A, requires: "salary")
        rank: Int @join__field(graph: A, requires: "bonus")
        shared: Int @join__field(graph: A, requires: "boss { rank }")
        boss: Employee
      }`);
    for (const field of ['bonus', 'rank', 'shared']) {
      expect(allows(holder(), `Employee.${field}`)).toBe(false);
      expect(allows(holder('pay'), `Employee.${field}`)).toBe(true);
    }
    expect(allows(holder(), 'Employee.boss')).toBe(true);
  });

  it('F: hold for the column that an input, an enum value or an aggregate uses', () => {
    const allows = askedOf(`type Query ${T} { find(where: Where, order: Order): Sum }
      type Employee ${T} { salary: Int @requiresScopes(scopes: [["pay"]]) }
      type Sum ${T} { salary: Int @uses(field: "Employee.salary", as: AGGREGATE)  count: Int }
      input Where ${T} { salary: Int @uses(field: "Employee.salary", as: FILTER) }
      enum Order ${T} { SALARY @join__enumValue(graph: A) @uses(field: "Employee.salary", as: ORDER) }`);
    for (const each of ['Sum.salary', 'Where.salary', 'Order.SALARY']) {
      expect(allows(holder(), each)).toBe(false);
      expect(allows(holder('pay'), each)).toBe(true);
    }
    expect(allows(holder(), 'Sum.count')).toBe(true);
  });

  const person = (onInterface: string, onContractor: string) => `type Query ${T} { people: [Person] }
    interface Person ${T} { email: String ${onInterface}  name: String }
    type Employee implements Person ${T} @join__implements(graph: A, interface: "Person") { email: String  name: String }
    type Contractor implements Person ${T} @join__implements(graph: A, interface: "Person") { email: String ${onContractor}  name: String }`;
  const scopes = '@requiresScopes(scopes: [["c"]])';

  it('A02: on an interface hold on every implementation', () => {
    const allows = askedOf(person(scopes, ''));
    for (const type of ['Employee', 'Contractor', 'Person']) {
      expect(allows(holder(), `${type}.email`)).toBe(false);
      expect(allows(holder('c'), `${type}.email`)).toBe(true);
      expect(allows(holder(), `${type}.name`)).toBe(true);
    }
  });

  it('A03: which composition copied from one implementation deny that one alone', () => {
    const allows = askedOf(person(scopes, scopes));
    expect(allows(holder(), 'Employee.email')).toBe(true);
    expect(allows(holder(), 'Contractor.email')).toBe(false);
    // Whoever filters on the interface's field filters on the contractors' too.
    expect(allows(holder(), 'Person.email')).toBe(false);
  });
});

describe('rules on interfaces', () => {
  const types = `type Query ${T} { people: [Person] }
    interface Person ${T} @tag(name: "hr") { email: String  name: String }
    type Employee implements Person ${T} @join__implements(graph: A, interface: "Person") { email: String  name: String }
    type Contractor implements Person ${T} @join__implements(graph: A, interface: "Person") { email: String  name: String  rate: Int }`;
  const vocabulary = {
    classification: ['low', 'high'],
    tags: new Map([['hr', { classification: 'high', description: 'hr' }]]),
    attributes: new Map(),
  };
  const model = accessModelOf(supergraphOf(types), vocabulary);
  const denies = (resource: Parameters<typeof ruleOf>[0]['resource']) => {
    const rules = [
      ruleOf({ id: 'global.all' }),
      ruleOf({ id: 'global.not', effect: 'forbid', ...(resource && { resource }) }),
    ];
    const bundle = { key: '1', vocabulary, model, rules };
    const view = resolveView(bundle, createViewBuilder(bundle).build(anonymous), 0);
    return [...model.fieldIds.keys()].filter((each) => !view.allows(each, 'query'));
  };

  it('A02: reach the fields of whatever implements them, and those of no other', () => {
    const both = ['Person.email', 'Employee.email', 'Contractor.email'];
    expect(denies({ kind: 'in', type: 'Field', id: 'Person.email' }).sort()).toEqual([...both].sort());
    expect(denies({ kind: 'in', type: 'Type', id: 'Person' })).not.toContain('Contractor.rate');
    expect(denies({ kind: 'in', type: 'Type', id: 'Person' })).toEqual(expect.arrayContaining(both));
    expect(denies({ kind: 'in', type: 'Tag', id: 'hr' })).toEqual(expect.arrayContaining(['Employee.name']));
  });

  it('A03: on one implementation leave the other alone, and close the interface’s field', () => {
    expect(denies({ kind: 'is', type: 'Field', id: 'Contractor.email' }).sort()).toEqual([
      'Contractor.email',
      'Person.email',
    ]);
  });
});
