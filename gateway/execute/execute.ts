/** Stage 6: runs the program against the subgraphs. */
import type { FetchProgram, SpliceProgram, Step } from '../program.ts';
import type { ExecutedRequest, PlannedRequest, SourceEvent } from '../request.ts';
import type { SubgraphReply } from './client/reply.ts';
import { replyOf } from './events/reply.ts';
import { type FetchDependencies, type FetchEnded, send } from './fetch.ts';
import type { Mint } from './mint.ts';
import { runOnBytes } from './splice/splice.ts';
import type { SubgraphClient } from './subgraph-client.ts';
import { runOnTree, type TreeDependencies } from './tree.ts';
import { Types } from './types.ts';

export interface ExecuteDependencies {
  readonly client: SubgraphClient;
  readonly mint: Mint;
  readonly fetchEnded: (event: FetchEnded) => void;
}

/** With an event: of a subscription, whose first fetch that event answers. */
export type Execute = (planned: PlannedRequest, event?: SourceEvent) => Promise<ExecutedRequest>;

export function createExecute({ client, mint, fetchEnded }: ExecuteDependencies): Execute {
  return async (planned, event) => {
    const { context, principal, coerced } = planned.authorized.parsed;
    const { generation, supergraph } = planned.snapshot;
    const dependencies: FetchDependencies = {
      client,
      context,
      token: (subgraph) => mint({ subgraph, principal, snapshot: generation, transaction: context.id }),
      ended: fetchEnded,
    };
    const { fetches, splice } = planned.program;
    const run = {
      types: new Types(supergraph),
      variables: coerced,
      send: async (step: Step, body: string) =>
        step.kind === 'subscription' ? replyOf(event, step, body) : send(step, body, dependencies),
    };
    const executed = await (splice === undefined ? onTree(fetches, run) : onBytes(fetches, splice, run));
    // What was cut off is no answer: whoever waits for it is gone, or has to be told why.
    context.signal.throwIfAborted();
    return { planned, ...executed };
  };
}

async function onTree(fetches: FetchProgram, run: TreeDependencies) {
  const { data, errors } = await runOnTree(fetches, run);
  return { data, errors };
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
  return spliced === undefined ? onTree(fetches, { ...run, send }) : { spliced };
}
