/**
 * What happens in the gateway, as typed events. Listeners are told, never asked: nothing here decides about a request.
 * No event has a field for a token, a variable, a value of an answer or a person: what cannot be said cannot be logged.
 */
import type { ErrorCode } from '../errors.ts';
import type { RequestContext } from '../request.ts';

export interface RequestEnded {
  readonly context: RequestContext;
  readonly status: number;
  readonly durationMs: number;
  /** From the parsed document, hence a GraphQL Name; undefined before `parse` and for an anonymous operation. */
  readonly operationName: string | undefined;
  readonly operationType: 'query' | 'mutation' | 'subscription' | undefined;
  /** The client program that called, not the person; undefined if anonymous or before `authenticate`. */
  readonly clientId: string | undefined;
  /** The snapshot that the request held. */
  readonly generation: string | undefined;
  /** Every code in the answer's `errors`, once. */
  readonly codes: readonly ErrorCode[];
}

/** A fault of ours; the client has got `INTERNAL` and the request id. */
export interface RequestFaulted {
  readonly context: RequestContext;
  readonly error: unknown;
}

/** The client has got a constant text; the reason is for the operator alone. It never quotes the token. */
export interface TokenRefused {
  readonly context: RequestContext;
  readonly reason: string;
  /** The configured issuer that the token named; undefined if it named none of them. */
  readonly issuer: string | undefined;
}

/** An issuer's keys have been fetched: with the first token, and again every ten minutes while tokens come. */
export interface KeysFetched {
  readonly issuer: string;
  /** As configured: the address of the discovery document or of the keys, or a file. */
  readonly from: string;
  readonly count: number;
  /** For the first time, or other ones than before. */
  readonly isNew: boolean;
}

/** An issuer's keys could not be fetched; the last good ones are used as long as they may be. */
export interface KeysUnavailable {
  readonly issuer: string;
  readonly reason: string;
}

export interface SubgraphRequestEnded {
  readonly context: RequestContext;
  readonly subgraph: string;
  readonly durationMs: number;
  readonly outcome: 'answered' | 'unavailable' | 'timeout' | 'malformed' | 'cancelled' | 'refused';
  /** HTTP status, if there was an answer. */
  readonly status: number | undefined;
  /** Of the system, TLS or the HTTP library, where it is unavailable: ECONNREFUSED, ENOTFOUND, CERT_HAS_EXPIRED. */
  readonly code?: string | undefined;
}

/** A subgraph has answered, and fields are null for it. Its texts and values are not here: they can be about persons. */
export interface SubgraphAnswerFaulted {
  readonly context: RequestContext;
  readonly subgraph: string;
  readonly status: number | undefined;
  readonly reason: 'token refused' | 'no GraphQL response' | 'errors' | 'not what was asked for';
  /** Of the errors in it, those that are not about what the client asked. */
  readonly errors: number;
  /** `extensions.code` of the first of them, if it is in the form of a code. */
  readonly code: string | undefined;
}

/** A request to a subgraph was not answered and is sent again. It belongs to no client's request: they may share it. */
export interface SubgraphRequestRepeated {
  readonly subgraph: string;
  /** 1 for the first time that it is sent again. */
  readonly retry: number;
  readonly delayMs: number;
  /** What had come of it so far; an answer is one that says that nobody is at work. */
  readonly outcome: SubgraphRequestEnded['outcome'];
  readonly status: number | undefined;
  readonly code?: string | undefined;
}

/** Open: too many requests failed, and none is sent. Half-open: a few are, to see whether it is back. Closed: all are. */
export interface SubgraphBreakerChanged {
  readonly subgraph: string;
  readonly state: 'closed' | 'open' | 'half-open';
}

/** Results follow one another from now on; `requestEnded` comes when they have ended. */
export interface StreamOpened {
  readonly context: RequestContext;
}

export interface StreamEnded {
  readonly context: RequestContext;
  readonly durationMs: number;
  readonly results: number;
  /** Its source has ended, its reader has gone, or why else. */
  readonly because: 'completed' | 'left' | ErrorCode;
}

/** How an answer was made of replies: of their bytes, of an object tree, or of a tree because the bytes were unfit. */
export interface RequestExecuted {
  readonly context: RequestContext;
  readonly path: 'bytes' | 'tree' | 'fallback';
}

export interface SnapshotSwapped {
  readonly generation: string;
  /** Undefined for the first one. */
  readonly previous: string | undefined;
  /** From its first file read until it serves. */
  readonly durationMs: number;
  /** What was planned for it ahead; undefined for the first one. */
  readonly warmUp: WarmUpEnded | undefined;
}

/** Operations in use before the swap; each counts once for each set of rights and conditions. */
export interface WarmUpEnded {
  readonly planned: number;
  /** No longer valid, or refused. */
  readonly passedOver: number;
  /** By a fault of ours, which will be told when somebody asks. */
  readonly failed: number;
  /** Beyond the limits in number and time. */
  readonly left: number;
  readonly durationMs: number;
}

/** A new source does not compose or breaks a rule; the generation that was there serves on. */
export interface SnapshotRefused {
  readonly message: string;
  /** The generation that goes on serving; undefined if there is none yet. */
  readonly serving: string | undefined;
}

export interface Observers {
  requestEnded(event: RequestEnded): void;
  requestFaulted(event: RequestFaulted): void;
  tokenRefused(event: TokenRefused): void;
  keysFetched(event: KeysFetched): void;
  keysUnavailable(event: KeysUnavailable): void;
  subgraphRequestEnded(event: SubgraphRequestEnded): void;
  subgraphAnswerFaulted(event: SubgraphAnswerFaulted): void;
  subgraphRequestRepeated(event: SubgraphRequestRepeated): void;
  subgraphBreakerChanged(event: SubgraphBreakerChanged): void;
  streamOpened(event: StreamOpened): void;
  streamEnded(event: StreamEnded): void;
  requestExecuted(event: RequestExecuted): void;
  snapshotSwapped(event: SnapshotSwapped): void;
  snapshotRefused(event: SnapshotRefused): void;
  /** The gateway listens, warns about itself, or stops. */
  lifecycle(event: { readonly level: 'info' | 'warn'; readonly message: string }): void;
}

/** For callers that do not want to know. */
export const unobserved: Observers = Object.freeze({
  requestEnded() {},
  requestFaulted() {},
  tokenRefused() {},
  keysFetched() {},
  keysUnavailable() {},
  subgraphRequestEnded() {},
  subgraphAnswerFaulted() {},
  subgraphRequestRepeated() {},
  subgraphBreakerChanged() {},
  streamOpened() {},
  streamEnded() {},
  requestExecuted() {},
  snapshotSwapped() {},
  snapshotRefused() {},
  lifecycle() {},
});
