/** The GraphQL context of one request to a subgraph. */
import type { Session } from '../database/session.ts';
import type { Identity } from '../identity/identity.ts';

export interface SubgraphContext {
  readonly session: Session;
  readonly identity: Identity;
  /** Per-request data loaders, keyed by whoever makes them; nothing in it outlives the request. */
  readonly loaders: Map<string, unknown>;
}
