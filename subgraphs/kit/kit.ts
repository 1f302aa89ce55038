/** The kit's public list: what a domain builds on. */
export type { Row, Session, Statement } from './database/session.ts';
export type { Caller } from './identity/caller.ts';
export type { Identity } from './identity/identity.ts';
export type { Notice } from './listen/notices.ts';
export type { Listen, ListenOptions } from './listen/notifications.ts';
export { badUserInput } from './query/errors.ts';
export { batched } from './resolve/batch.ts';
export {
  type DomainResolver,
  type DomainResolvers,
  defineResolvers,
  type SubscriptionResolver,
} from './resolve/domain-resolvers.ts';
export type { SubgraphContext, SubscriptionContext } from './server/context.ts';
export { type RunningSubgraph, type ServeOptions, serve } from './server/serve.ts';
