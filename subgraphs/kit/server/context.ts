/** The GraphQL context of one request to a subgraph. */
import type { Access } from '../access/access.ts';
import type { Session } from '../database/session.ts';
import type { Identity } from '../identity/identity.ts';
import type { Listen } from '../listen/notifications.ts';

export interface SubgraphContext {
  readonly session: Session;
  readonly identity: Identity;
  /** What the caller may see. */
  readonly access: Access;
  /** Per-request data loaders, keyed by whoever makes them; nothing in it outlives the request. */
  readonly loaders: Map<string, unknown>;
}

/** What a subscription starts from; each of its events is then answered in a context of its own. */
export interface SubscriptionContext extends SubgraphContext {
  /** Listens to the database of the domain until the subscription ends. */
  readonly listen: Listen;
  /** Aborted when the subscription ends, whoever ends it. */
  readonly signal: AbortSignal;
}
