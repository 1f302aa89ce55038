/** Stage 6: runs the program against the subgraphs. */
import type { FetchProgram, SpliceProgram, Step } from '../program.ts';
import type {
  ExecutedPart,
  ExecutedRequest,
  PlannedRequest,
  RequestContext,
  SourceEvent,
} from '../request.ts';
import type { SubgraphReply } from './client/call.ts';
import type { SubgraphClient } from './client/client.ts';
import { replyOf } from './events/reply.ts';
import { type FetchDependencies, type FetchEnded, send } from './fetch.ts';
import type { Mint } from './mint.ts';
import { runInParts } from './parts.ts';
import { Habits } from './splice/habits.ts';
import { runOnBytes } from './splice/splice.ts';
import { runOnTree, type TreeDependencies } from './tree.ts';
import { Types } from './types.ts';

export interface ExecuteDependencies {
  readonly client: SubgraphClient;
  readonly mint: Mint;
  readonly fetchEnded: (event: FetchEnded) => void;
  readonly executed: (event: Executed) => void;
  /** False: by the object tree alone. The bytes of replies are a faster way to the same answers, and to no others. */
  readonly splices?: boolean;
}

/** By the bytes of replies, by the object tree, or by the tree after the bytes had turned out to be unfit. */
export interface Executed {
  readonly context: RequestContext;
  readonly path: 'bytes' | 'tree' | 'fallback';
}

/** With an event: of a subscription, whose first fetch that event answers. */
export type Execute = (planned: PlannedRequest, event?: SourceEvent) => Promise<ExecutedRequest>;

export function createExecute(dependencies: ExecuteDependencies): Execute {
  const { executed, splices = true } = dependencies;
  const habits = new Habits();
  return async (planned, event) => {
    const { context } = planned.authorized.parsed;
    const { fetches, splice } = planned.program;
    const run = runOf(planned, dependencies, event);
    const isSpliced = splices && splice !== undefined && habits.isWorthwhile(splice);
    const { path, ...result } = await (isSpliced ? onBytes(fetches, splice, run) : onTree(fetches, run));
    if (isSpliced && path === 'bytes') habits.worked(splice);
    else if (isSpliced) habits.fellBack(splice);
    // What was cut off is no answer: whoever waits for it is gone, or has to be told why.
    if (context.signal.aborted) throw context.signal.reason;
    executed({ context, path });
    return { planned, ...result };
  };
}

export type ExecuteParts = (planned: PlannedRequest) => AsyncIterable<ExecutedPart>;

/** For an answer that comes in parts. */
export function createExecuteParts(dependencies: ExecuteDependencies): ExecuteParts {
  return async function* (planned) {
    const { context } = planned.authorized.parsed;
    for await (const part of runInParts(planned, runOf(planned, dependencies))) {
      if (context.signal.aborted) throw context.signal.reason;
      yield part;
    }
    dependencies.executed({ context, path: 'tree' });
  };
}

function runOf(
  planned: PlannedRequest,
  { client, mint, fetchEnded }: ExecuteDependencies,
  event?: SourceEvent,
): TreeDependencies {
  const { context, principal, coerced } = planned.authorized.parsed;
  const { generation, supergraph } = planned.snapshot;
  const dependencies: FetchDependencies = {
    client,
    context,
    token: (subgraph) => mint({ subgraph, principal, snapshot: generation, transaction: context.id }),
    ended: fetchEnded,
  };
  return {
    types: new Types(supergraph),
    variables: coerced,
    send: async (step: Step, body: string) =>
      step.kind === 'subscription' ? replyOf(event, step, body) : send(step, body, dependencies),
  };
}

async function onTree(fetches: FetchProgram, run: TreeDependencies) {
  const { data, errors } = await runOnTree(fetches, run);
  return { path: 'tree', data, errors } as const;
}

/** The object tree takes over what has been answered, by the very text of what was asked. */
async function onBytes(fetches: FetchProgram, splice: SpliceProgram, run: TreeDependencies) {
  const replies = new Map<string, Promise<SubgraphReply>>();
  const send: TreeDependencies['send'] = (step, body) => {
    const key = `${step.subgraph} ${body}`;
    const reply = replies.get(key) ?? run.send(step, body);
    replies.set(key, reply);
    return reply;
  };
  const spliced = await runOnBytes(fetches, splice, { ...run, send });
  if (spliced !== undefined) return { path: 'bytes', spliced } as const;
  return { ...(await onTree(fetches, { ...run, send })), path: 'fallback' } as const;
}
