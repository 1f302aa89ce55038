/**
 * What is made of an operation grows as it does: a client chooses how many aliases there are. Counted is how often what is
 * looked at is read, so that the speed of the machine is no matter.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Kind, type OperationDefinitionNode, parse } from 'graphql';
import { createEngine, type Engine } from '../fixture/engine.ts';
import { createOperation, type FetchProgram, type Operation, type ResponseShape } from '../program.ts';
import { compileFetches } from './compile/compile.ts';
import { withoutDefer } from './defer/fragments.ts';
import { createPlanner, type InlinePlanner } from './planner.ts';
import { compileSplice } from './splice/splice.ts';

let engine: Engine;
let planner: InlinePlanner;
beforeAll(() => {
  engine = createEngine({
    video: 'type Query { title(id: ID!): Title } type Title @key(fields: "id") { id: ID! }',
    billing: 'type Title @key(fields: "id") { id: ID! revenue: Int }',
  });
  planner = createPlanner(engine.snapshot.supergraph.sdl);
});

/** Objects and lists of any depth, with a count of what is read of them. */
function counted<T extends object>(value: T): { readonly value: T; readonly reads: () => number } {
  let reads = 0;
  const known = new WeakMap<object, object>();
  const wrap = (each: object): object => {
    const wrapped = known.get(each) ?? new Proxy(each, { get });
    known.set(each, wrapped);
    return wrapped;
  };
  function get(target: object, name: string | symbol): unknown {
    reads += 1;
    const read: unknown = Reflect.get(target, name);
    return typeof read === 'object' && read !== null && !(read instanceof Set) && !(read instanceof Map)
      ? wrap(read)
      : read;
  }
  return { value: wrap(value) as T, reads: () => reads };
}

function operationWith(aliases: number, below: (index: number) => string): Operation {
  const fields = Array.from(
    { length: aliases },
    (_, index) => `a${index}: title(id: "${index}") { ${below(index)} }`,
  );
  const [definition] = parse(`{ ${fields.join(' ')} }`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  return createOperation(definition);
}

const kinds: readonly [string, (index: number) => string][] = [
  ['that ask the same', () => 'revenue'],
  ['each of which asks something else', (index) => `r${index}: revenue`],
  ['that are deferred', () => '... @defer(id: "1") { revenue }'],
];

describe.each(kinds)('joined aliases %s', (_, below) => {
  it('are compiled by a number of looks in proportion', () => {
    const looks = (aliases: number) => {
      const operation = operationWith(aliases, below);
      const plan = planner.plan(withoutDefer(operation));
      // What is frozen cannot be looked at through a proxy.
      const definition = counted(structuredClone(operation.definition) as OperationDefinitionNode);
      const asked = counted({ ...operation, definition: definition.value });
      const looked = counted(plan);
      compileFetches(looked.value, asked.value, engine.snapshot.supergraph);
      return definition.reads() + looked.reads() + asked.reads();
    };
    expect(looks(800)).toBeLessThan(2.2 * looks(400));
  });
});

describe.each(kinds.slice(0, 2))('the answer of joined aliases %s', (_, below) => {
  it('is compiled by a number of looks in proportion', async () => {
    const looks = async (aliases: number) => {
      const operation = operationWith(aliases, below);
      const { fetches, response, splice } = await engine.programOf(operation.key);
      expect(splice).toBeDefined();
      const steps = counted(thawed(fetches));
      const shape = counted(shapeOf(response));
      compileSplice(steps.value, { ...response, root: shape.value }, engine.snapshot.supergraph);
      return steps.reads() + shape.reads();
    };
    expect(await looks(800)).toBeLessThan(2.2 * (await looks(400)));
  });
});

function thawed({ coordinates, steps }: FetchProgram): FetchProgram {
  const copies = steps.map((step) => ({
    ...step,
    batches: step.batches.map((batch) => ({
      ...batch,
      asked: structuredClone(batch.asked),
      sites: batch.sites.map((site) => ({ ...site })),
    })),
  }));
  return { coordinates, steps: copies };
}

function shapeOf({ root }: ResponseShape): ResponseShape['root'] {
  const fields = root.fieldsOf(undefined);
  return { type: root.type, fieldsOf: () => fields };
}
