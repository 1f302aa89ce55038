/** Makes a snapshot of its sources. What has not changed is taken from the one before: rules can change alone. */
import { setImmediate } from 'node:timers/promises';
import { readInSteps } from '@portcullis/schema/supergraph/read';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import type { FetchPrograms, Planner } from '../program.ts';
import type { Access, Snapshot } from '../request.ts';
import { createOpenAccess } from './open-access.ts';
import { type GraphSource, generationOf, type RulesSource } from './source.ts';
import { messageOf, SourceFault } from './source-fault.ts';
import type { Toolchain } from './toolchain.ts';
import type { WarmUp, WarmUpOutcome } from './warm-up.ts';

export interface Sources {
  readonly graph: GraphSource;
  readonly rules: RulesSource;
}

export interface Made extends Sources {
  readonly snapshot: Snapshot;
  readonly planner: Planner;
}

export interface Before {
  readonly made: Made;
  /** Aborted when nothing more will be served. */
  readonly closing: AbortSignal;
}

export interface MakeOptions {
  /** Everything is allowed to everybody. */
  readonly open: boolean;
  /** Names of subgraphs in settings, by setting: a graph without them would treat those that were meant as any others. */
  readonly named: Readonly<Record<string, readonly string[]>>;
  /** Subgraphs that get tokens for one body. */
  readonly bound: readonly string[];
  readonly toolchain: Toolchain;
  readonly createPrograms: (planner: Planner, supergraph: Supergraph) => FetchPrograms;
  readonly warmUp: WarmUp;
  readonly swapped: (event: SnapshotSwap) => void;
}

export interface SnapshotSwap {
  readonly generation: string;
  /** Version of the rules. */
  readonly policies: string;
  readonly previous: string | undefined;
  readonly durationMs: number;
  /** Undefined for the first one. */
  readonly warmUp: WarmUpOutcome | undefined;
}

/** How long other rules wait for the operations in use: what they forbid has to be forbidden soon. */
const rulesWarmUpMs = 300;

/** @throws SourceFault */
export async function make(sources: Sources, options: MakeOptions, before?: Before): Promise<Made> {
  const started = performance.now();
  const { graph, rules } = sources;
  const isSameGraph = before?.made.graph.version === graph.version;
  const served = isSameGraph ? servedBy(before.made) : await serve(graph, options);
  const access = await accessTo(served.supergraph, rules, options).catch((cause: unknown) => {
    if (!isSameGraph) void served.planner.close();
    throw new SourceFault(messageOf(cause), rules.files, { cause });
  });
  const { planner, supergraph, programs } = served;
  const generation = generationOf(graph, rules);
  const snapshot: Snapshot = Object.freeze({ generation, supergraph, access, programs });
  const previous = before?.made.snapshot;
  const signal = before && closingOf(before, isSameGraph);
  const warmUp = previous && signal && (await options.warmUp(previous, snapshot, signal));
  const durationMs = performance.now() - started;
  options.swapped({
    generation,
    policies: access.version,
    previous: previous?.generation,
    durationMs,
    warmUp,
  });
  return { snapshot, planner, graph, rules };
}

function closingOf({ closing }: Before, isSameGraph: boolean): AbortSignal {
  return isSameGraph ? AbortSignal.any([closing, AbortSignal.timeout(rulesWarmUpMs)]) : closing;
}

interface Served {
  readonly supergraph: Supergraph;
  readonly planner: Planner;
  readonly programs: FetchPrograms;
}

function servedBy({ snapshot: { supergraph, programs }, planner }: Made): Served {
  return { supergraph, programs, planner };
}

/** The planner is made elsewhere, if it can be, while the model is read here. */
async function serve(
  graph: GraphSource,
  { toolchain, createPrograms, named, bound }: MakeOptions,
): Promise<Served> {
  const planning = toolchain.createPlanner(graph.supergraphSdl);
  try {
    const [supergraph, planner] = await Promise.all([readWithPauses(graph), planning]);
    assertOurs('enforces', [...graph.enforces.keys()], supergraph);
    for (const [setting, names] of Object.entries(named)) assertOurs(setting, names, supergraph);
    assertNoSockets(bound, supergraph);
    return { supergraph, planner, programs: createPrograms(planner, supergraph) };
  } catch (cause) {
    void planning.then((planner) => planner.close()).catch(() => {});
    throw new SourceFault(messageOf(cause), graph.files, { cause });
  }
}

/** A slip of the pen must not look like a wall that stands. */
function assertOurs(setting: string, names: readonly string[], { subgraphs }: Supergraph): void {
  const unknown = names.filter((name) => !subgraphs.has(name));
  if (unknown.length === 0) return;
  const known = [...subgraphs.keys()].join(', ');
  throw new Error(`${setting} names ${unknown.join(', ')}, which is no subgraph. Take one of: ${known}.`);
}

/** What is sent over a WebSocket is no body of a request: a token could not be bound to it. */
function assertNoSockets(bound: readonly string[], { subgraphs }: Supergraph): void {
  const [name] = bound.filter((each) => subgraphs.get(each)?.events?.protocol === 'ws');
  if (name === undefined) return;
  throw new Error(
    `identity.bindBody names ${name}, which has \`subscriptions: ws\`: a token cannot be bound to what goes over a WebSocket. Let it publish over server-sent events (\`subscriptions: sse\`), or take it out of bindBody.`,
  );
}

function accessTo(
  supergraph: Supergraph,
  { policies }: RulesSource,
  { open, toolchain }: MakeOptions,
): Promise<Access> {
  return open ? Promise.resolve(createOpenAccess()) : toolchain.createAccess(policies, supergraph);
}

/** Requests are answered in between. */
async function readWithPauses({ supergraphSdl, events, enforces }: GraphSource): Promise<Supergraph> {
  const reading = readInSteps(supergraphSdl, events, enforces);
  for (;;) {
    await setImmediate();
    const step = reading.next();
    if (step.done === true) return step.value;
  }
}
