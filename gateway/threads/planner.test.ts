import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { composeServices } from '@apollo/composition';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kind, parse } from 'graphql';
import { ClientError } from '../errors.ts';
import { company } from '../fixture/company.ts';
import { crowd, hops } from '../fixture/crowd.ts';
import type { SubgraphFixture } from '../fixture/subgraph.ts';
import { createPlanner } from '../plan/planner.ts';
import { type Asker, createOperation, type Operation, type Planner } from '../program.ts';
import { createThreadedPlanner } from './planner.ts';
import { Thread } from './thread.ts';

function composed(subgraphs: readonly SubgraphFixture[]): string {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map(({ name, sdl }) => ({ name, url: `http://${name}`, typeDefs: parse(sdl) })),
  );
  if (supergraphSdl === undefined) throw new Error(errors?.join('\n'));
  return supergraphSdl;
}

function operationOf(text: string): Operation {
  const [definition] = parse(text, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  return createOperation(definition);
}

const somebody: Asker = { principal: 'somebody', signal: { aborted: false } };
const plan = async (planner: Planner, text: string, asker = somebody) =>
  planner.plan(operationOf(text), [], asker);

const companySdl = composed(company);
const crowdSdl = composed(crowd);
const costLimit = expect.objectContaining({ constructor: ClientError, code: 'COST_LIMIT' });

const planners: readonly [string, (supergraphSdl: string) => Promise<Planner>][] = [
  ['in this thread', async (supergraphSdl) => createPlanner(supergraphSdl)],
  ['in a thread of its own', (supergraphSdl) => createThreadedPlanner(supergraphSdl)],
];

describe.each(planners)('a planner %s', (_where, create) => {
  let ofCompany: Planner;
  let ofCrowd: Planner;

  beforeAll(async () => {
    ofCompany = await create(companySdl);
    ofCrowd = await create(crowdSdl);
  });
  afterAll(async () => {
    await ofCompany.close();
    await ofCrowd.close();
  });

  it.each([
    '{ me { name } }',
    'query Named($id: ID!) { person(id: $id) { name score ... on Employee { rank next } } }',
    'query ($yes: Boolean!) { me { name @include(if: $yes) payslips @skip(if: $yes) } }',
    'mutation { promote(id: 1) { payslips } rename(id: 2, name: "x") { calls } }',
    '{ search(q: "é \\u{1F600}") { __typename ... on Employee { reports { shade } } ... on Auditor { badge } } }',
  ])('gives the plan of %s as plain data, wherever it was made', async (text) => {
    const made = await plan(ofCompany, text);
    expect(made.node).toBeDefined();
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
    const reference = createPlanner(companySdl).plan(operationOf(text));
    expect(JSON.stringify(made)).toBe(JSON.stringify(reference));
    expect(await plan(ofCompany, text)).toEqual(made);
  });

  it('refuses what can be answered in too many ways, and goes on', async () => {
    await expect(plan(ofCrowd, hops(1, 12))).rejects.toEqual(costLimit);
    await expect(plan(ofCrowd, hops(400, 2))).rejects.toEqual(costLimit);
    await expect(plan(ofCrowd, hops(1, 12))).rejects.toEqual(costLimit);
    expect((await plan(ofCrowd, hops(8, 1))).node).toBeDefined();
  });

  it('has no plan for what the graph does not have, says why, and goes on', async () => {
    const refused = plan(ofCompany, '{ nobody }');
    await expect(refused).rejects.toThrow(/nobody/);
    await expect(refused).rejects.not.toBeInstanceOf(ClientError);
    expect((await plan(ofCompany, '{ me { name } }')).node).toBeDefined();
  });

  it('answers whoever began before it was closed', async () => {
    const planner = await create(companySdl);
    const before = plan(planner, '{ me { name } }');
    const closed = planner.close();
    const after = plan(planner, '{ me { payslips } }');
    expect((await before).node?.kind).toBe('Fetch');
    expect((await after).node?.kind).toBe('Sequence');
    await closed;
    expect((await plan(planner, '{ me { email } }')).node?.kind).toBe('Fetch');
    await planner.close();
  });

  it('does not come to be for what is no supergraph', async () => {
    await expect(create('type Query { a: Int }')).rejects.toThrow(/supergraph/);
    await expect(create('type Query {')).rejects.toThrow(/Syntax Error/);
  });
});

describe('a planner in a thread of its own', () => {
  let started = 0;
  /** One that operations can end by their names. */
  const fragile = (options: { readonly mostMilliseconds?: number } = {}) =>
    createThreadedPlanner(companySdl, {
      ...options,
      start: () => {
        started += 1;
        const file = new URL('../fixture/fragile-planner-thread', import.meta.url);
        return new Thread({ file, memoryMb: 128, environment: {} });
      },
    });

  it('plans once what several ask at once', async () => {
    const planner = await createThreadedPlanner(companySdl);
    const ask = (text: string) => planner.plan(operationOf(text), [], somebody);
    const one = ask('{ me { name } }');
    expect(ask('{me{name}}')).toBe(one);
    const other = ask('{ me { email } }');
    expect(other).not.toBe(one);
    expect(ask('{ me { email } }')).toBe(other);
    await planner.close();
    expect((await one).node?.kind).toBe('Fetch');
  });

  it.each([
    ['crashes', 'Crash', {}],
    ['runs out of memory', 'Fill', {}],
    ['takes too long', 'Spin', { mostMilliseconds: 1_000 }],
  ])(
    'refuses an operation by which it %s, and plans what came before and after it',
    async (_how, name, options) => {
      const planner = await fragile(options);
      started = 0;
      const texts = ['{ me { name } }', `query ${name} { me { name } }`, '{ me { email } }'];
      const [before, killer, after] = await Promise.allSettled(texts.map((text) => plan(planner, text)));
      expect(before).toMatchObject({ status: 'fulfilled', value: { node: { kind: 'Fetch' } } });
      expect(killer).toEqual({ status: 'rejected', reason: costLimit });
      expect(after).toMatchObject({ status: 'fulfilled', value: { node: { kind: 'Fetch' } } });
      // Sent again it does not cost another thread.
      await expect(plan(planner, texts[1] ?? '')).rejects.toEqual(costLimit);
      expect((await plan(planner, '{ me { payslips } }')).node?.kind).toBe('Sequence');
      expect(started).toBe(1);
      await planner.close();
    },
  );

  it('takes only so many operations at once', async () => {
    const planner = await createThreadedPlanner(companySdl);
    const asked = Array.from({ length: 1_200 }, (_, at) => plan(planner, `{ a${at}: me { name } }`));
    const refused = (await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(200);
    expect(refused[0]).toMatchObject({ reason: { code: 'RATE_LIMITED' } });
    await planner.close();
  });

  it('plans for one who comes after the many of another, and not for who has gone', async () => {
    const planner = await createThreadedPlanner(companySdl);
    const planned: string[] = [];
    const ask = async (name: string, asker: Asker) => {
      await plan(planner, `{ ${name}: me { name } }`, asker);
      planned.push(name);
    };
    const gone = { aborted: true };
    await expect(ask('never', { principal: 'leo', signal: gone })).rejects.toThrow(/has gone/);
    gone.aborted = false;
    const many = Array.from({ length: 20 }, (_, at) => ask(`a${at}`, { ...somebody, principal: 'ann' }));
    const leaving = Array.from({ length: 20 }, (_, at) => ask(`l${at}`, { principal: 'leo', signal: gone }));
    const one = ask('b', { ...somebody, principal: 'bob' });
    gone.aborted = true;
    await Promise.all([...many, one]);
    expect(planned.slice(0, 3)).toEqual(['a0', 'b', 'a1']);
    expect(planned).toHaveLength(21);
    const fates = await Promise.allSettled(leaving);
    expect(new Set(fates.map(({ status }) => status))).toEqual(new Set(['rejected']));
    await planner.close();
  });

  it('does not keep a process alive that has nothing else to do', async () => {
    const program = `
      import { createThreadedToolchain } from './gateway/threads/toolchain.ts';
      const { createPlanner, compose } = createThreadedToolchain('schema/supergraph.yaml');
      const { supergraphSdl } = await compose('schema/supergraph.yaml');
      await createPlanner(supergraphSdl);
      console.log('made');`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', program],
      { cwd: join(import.meta.dirname, '../..'), timeout: 20_000 },
    );
    expect(stdout).toBe('made\n');
  });
});
