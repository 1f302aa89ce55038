/** Stage 6: runs the program against the subgraphs. */
import type { ExecutedRequest, PlannedRequest, SourceEvent } from '../request.ts';
import { replyOf } from './events/reply.ts';
import { type FetchDependencies, type FetchEnded, send } from './fetch.ts';
import type { Mint } from './mint.ts';
import type { SubgraphClient } from './subgraph-client.ts';
import { runOnTree } from './tree.ts';
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
    const { data, errors } = await runOnTree(planned.program.fetches, {
      types: new Types(supergraph),
      variables: coerced,
      send: async (step, body) =>
        step.kind === 'subscription' ? replyOf(event, step, body) : send(step, body, dependencies),
    });
    // What was cut off is no answer: whoever waits for it is gone, or has to be told why.
    context.signal.throwIfAborted();
    return { planned, data, errors };
  };
}
