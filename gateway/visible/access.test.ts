/** `extensions.access`: that what it costs is bounded. What it says, `gateway/access.test.ts` looks at through the front door. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import type { AccessView } from '@portcullis/policies/engine/view';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { buildSchema, Kind, parse } from 'graphql';
import { createOperation } from '../program.ts';
import type { Decision } from '../request.ts';
import { accessExtensions } from './access.ts';

const types = Array.from({ length: 300 }, (_, at) => `type T${at} implements Node { id: ID }`);
const supergraph = {
  api: buildSchema(`interface Node { id: ID } type Query { node: Node } ${types.join('\n')}`),
  elements: new Map(),
  subgraphs: new Map(),
} as unknown as Supergraph;

class Counted extends Set<string> {
  looks = 0;

  override has(name: string): boolean {
    this.looks += 1;
    return super.has(name);
  }
}

function explained(query: string) {
  const [definition] = parse(query, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError('no operation');
  const operation = createOperation(definition);
  const hidden = new Counted();
  const view = { maskOf: () => undefined, obligationsFor: () => ({}) } as unknown as AccessView;
  const decision: Decision = { view, operation, denied: [], hidden, masks: new Map() };
  return { decision, operation, supergraph, hidden };
}

const told = (query: string) => JSON.parse(accessExtensions(explained(query))).access;

describe('what is told', () => {
  it('is cut at so many paths, by type', () => {
    const { fields, isCut } = told(`{ ${names(20, 'node { id }')} }`);
    expect([fields.length, isCut]).toEqual([5_000, true]);
  });

  it('is cut at so many characters of them, where a type is one of many', () => {
    const alias = 'a'.repeat(100_000);
    const { fields, isCut } = told(`{ ${alias}: node { id } }`);
    expect([fields.length, isCut]).toEqual([9, true]);
    expect(told(`{ ${'a'.repeat(3_000)}: node { id } }`)).toMatchObject({ isCut: false });
  });

  it('tells a path once, whatever it is selected by', () => {
    const { fields, isCut } = told(
      '{ node { id } node { id ... on T1 { id } } other: node { ... on T1 { id } } }',
    );
    expect([fields.length, isCut]).toEqual([1 + 300 + 1 + 1, false]);
    expect(fields.at(-1)).toEqual({ path: ['other', 'id'], coordinate: 'T1.id', outcome: 'clear' });
  });

  it('is not looked for once it is cut', () => {
    const [few, many] = [0, 2_000].map((count) =>
      explained(`{ ${names(20, 'node { id }')} ${'... on Query { a0: node { id } } '.repeat(count)} }`),
    );
    for (const each of [few, many]) if (each) accessExtensions(each);
    expect(many?.hidden.looks).toBe(few?.hidden.looks);
  });
});

it('keeps no more than a few texts, however many decisions are kept', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const alias = 'a'.repeat(3_000);
  const kept = Array.from({ length: 60 }, (_, at) => explained(`{ ${alias}${at}: node { id } }`));
  collect();
  const before = process.memoryUsage().heapUsed;
  for (const each of kept) expect(accessExtensions(each).length).toBeGreaterThan(900_000);
  collect();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(30_000_000);
  const last = kept.at(-1);
  if (last) expect(accessExtensions(last)).toBe(accessExtensions(last));
});

function names(count: number, field: string): string {
  return Array.from({ length: count }, (_, at) => `a${at}: ${field}`).join(' ');
}
