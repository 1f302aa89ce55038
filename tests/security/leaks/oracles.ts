/** What must hold of one operation of one caller in one world, each by an oracle that knows nothing of how the gateway decides. */
import { isDeepStrictEqual } from 'node:util';
import type { Graph } from '@portcullis/gateway/fixture/random/graph';
import type { RandomOperation } from '@portcullis/gateway/fixture/random/operation';
import type { GraphQLSchema } from 'graphql';
import { ask, authorizationOf, type Door, type Told } from './answers.ts';
import { expected } from './expected.ts';
import { difference, variantOf } from './relations.ts';
import { type Caller, callers, type RandomRules } from './rules.ts';
import { usesIn } from './uses.ts';
import { canary, type World } from './world.ts';

export interface Setting {
  readonly graph: Graph;
  readonly api: GraphQLSchema;
  readonly rules: RandomRules;
  readonly world: World;
}

export interface Case {
  readonly operation: RandomOperation;
  readonly caller: Caller;
  /** Which other form of the question it is compared with. */
  readonly turn: number;
}

export interface Outcome {
  /** Something that is hidden or masked can be come to. */
  readonly crosses: boolean;
  /** Compared with what is right, value by value. */
  readonly isCompared: boolean;
  readonly failures: readonly string[];
}

const quiet = { denied: new Set<string>(), masks: new Map() };

export async function judge(setting: Setting, { operation, caller, turn }: Case): Promise<Outcome> {
  const { rules, world, api } = setting;
  const denied = rules.deniedTo(caller);
  const closed = rules.closedTo(caller);
  const masks = rules.masksFor(caller);
  const used = usesIn(operation.query, api);
  const failures: string[] = [];
  const fail = (oracle: string, ...details: unknown[]) =>
    failures.push([oracle, ...details.map((each) => JSON.stringify(each))].join(' '));

  const here = await observed(world, caller, operation);
  world.data.hidden = { denied, masks };
  const there = await observed(world, caller, operation);
  world.data.hidden = quiet;
  const [one, other] = [withoutIds(here), withoutIds(there)];
  if (one !== other) fail('paired worlds:', difference(one, other));
  if (!isDeepStrictEqual(here.asked, there.asked)) fail('paired worlds, requests:', here.asked, there.asked);

  const fetched = [...here.touched].filter((each) => closed.has(each));
  if (fetched.length > 0) fail('fetched:', fetched);
  if (world.faults.length > 0) fail('fault:', world.faults.splice(0).map(String));

  const { name, changed, door, restore } = variantOf(operation, turn);
  const again = await asked(world, caller, changed, door);
  const restored = restore(again.text);
  if (restored !== here.text) fail(`another form, ${name}:`, difference(here.text, restored));

  const bubbles = used.some(({ coordinate, bubbles }) => bubbles && closed.has(coordinate));
  const isCompared = !bubbles && here.status === 200;
  if (isCompared) {
    const { data, errors = [] } = expected(operation, { ...setting, data: world.data }, { closed, masks });
    const right = JSON.parse(JSON.stringify(data));
    const shown = JSON.parse(here.text).data;
    if (!isDeepStrictEqual(shown, right)) fail('masked first:', right, shown);
    // A program is refused as a whole.
    if (caller.claims?.kind === 'service' && errors.length > 0) fail('answered in part:', here.text);
  }
  const crosses = used.some(({ coordinate }) => closed.has(coordinate) || masks.has(coordinate));
  return { crosses, isCompared, failures };
}

/** What has been logged and recorded of all cases says nothing that was hidden from anybody, and has lines of them. */
export async function judgeRecords({ world }: Setting): Promise<readonly string[]> {
  const lines = (await world.written()).split('\n');
  const telling = lines.filter((line) => line.includes(canary));
  const missing = ['"kind":"request"', '"msg":"request"'].filter(
    (each) => !lines.some((line) => line.includes(each)),
  );
  return [...telling.map((line) => `told: ${line}`), ...missing.map((each) => `no line has ${each}`)];
}

/** All callers at the same moment get what each of them gets alone. */
export async function judgeCrowd({ world }: Setting, operation: RandomOperation): Promise<readonly string[]> {
  const alone: Told[] = [];
  for (const caller of callers) alone.push(await asked(world, caller, operation));
  const crowd = await Promise.all([...callers, ...callers].map((caller) => asked(world, caller, operation)));
  return crowd.flatMap(({ text }, at) => {
    const own = alone[at % callers.length]?.text;
    return text === own ? [] : [`crowd: ${callers[at % callers.length]?.name} ${own} ${text}`];
  });
}

interface Observed extends Told {
  readonly asked: string;
  readonly touched: ReadonlySet<string>;
}

async function observed(world: World, caller: Caller, operation: RandomOperation): Promise<Observed> {
  world.house.forget();
  world.touched.clear();
  const answer = await asked(world, caller, operation);
  // Requests of one step go out in the order of the plan, but are noted as they arrive.
  const sent = world.house.asked().split('\n').sort().join('\n');
  return { ...answer, asked: sent, touched: new Set(world.touched) };
}

async function asked(
  { house }: World,
  caller: Caller,
  operation: RandomOperation,
  door?: Door,
): Promise<Told> {
  return ask(house, await authorizationOf(house, caller), operation, door);
}

/** Status, headers and body, but for what names the request. */
function withoutIds({ status, headers, text }: Told): string {
  return `${status} ${headers.replaceAll(/"(x-request-id|traceparent)":"[^"]*"/g, '')} ${text}`;
}
