/** What came of a request to a subgraph. */
import type { Buffer } from 'node:buffer';

export type SubgraphReply =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      readonly body: Buffer;
    }
  /** It answered, but with more than it may, or not to the end, or not by HTTP. */
  | { readonly outcome: 'malformed'; readonly status: number | undefined }
  /** `refused`: nothing was sent, since it has not answered others or has enough to do. */
  | {
      readonly outcome: 'unavailable' | 'timeout' | 'cancelled' | 'refused';
      readonly status: undefined;
    };

/** The subgraph, or something before it, is not there or has too much to do: another try may find it well. */
export function isOutage({ outcome, status }: SubgraphReply): boolean {
  return outcome === 'unavailable' || status === 502 || status === 503 || status === 504;
}
