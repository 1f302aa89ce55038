/** What publishes events: a subgraph that was sent a subscription, over whichever protocol it speaks. */
import type { SubgraphReply } from '../client/call.ts';
import type { ClientTls } from '../client-tls.ts';

export interface SourceCall {
  readonly url: string;
  /** A GraphQL request as JSON text. */
  readonly body: string;
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Aborted when nobody wants more of it: whatever is open is closed then. */
  readonly signal: AbortSignal;
}

/** How it ended. `answered`: it said so itself. */
export interface SourceEnd {
  readonly outcome: SubgraphReply['outcome'];
  readonly status: number | undefined;
  /** Why it is unavailable, as in `SubgraphReply`. */
  readonly code?: string | undefined;
  /** GraphQL errors, in place of more events. */
  readonly errors?: readonly unknown[];
}

export interface EventSource {
  /**
   * Resolves when it has ended; rejects never.
   * @param publish takes a GraphQL result as JSON, which nobody has looked at
   */
  open(call: SourceCall, publish: (event: Buffer) => void): Promise<SourceEnd>;
  /** Ends whatever is open. */
  close(): Promise<void>;
}

export interface SourceOptions {
  readonly tls?: ClientTls | undefined;
  /** Until the subgraph has begun to answer, connecting included. */
  readonly timeoutMs: number;
  /** Of one event. */
  readonly eventBytes: number;
}
