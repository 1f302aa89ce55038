/** An event in the place of the reply to the fetch that subscribed. */
import { InternalError, subscriptionWithdrawn } from '../../errors.ts';
import type { Step } from '../../program.ts';
import type { SourceEvent } from '../../request.ts';
import type { SubgraphReply } from '../client/call.ts';

/** What was subscribed to, as a text that is equal for equal requests. */
export function requestOf({ subgraph, url }: Step, body: string): string {
  return JSON.stringify([subgraph, url, body]);
}

/**
 * @throws ClientError if the event answers another request: the plan has changed since, and what the event says need not be
 * what would be said now
 */
export function replyOf(event: SourceEvent | undefined, step: Step, body: string): SubgraphReply {
  if (event === undefined) throw new InternalError('a subscription cannot be executed without an event');
  if (event.request !== requestOf(step, body)) throw subscriptionWithdrawn();
  return { outcome: 'answered', status: 200, body: event.payload };
}
