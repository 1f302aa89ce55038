/**
 * What happens in the gateway, as typed events. Listeners are told, never asked: nothing here decides about a request.
 * No event has a field for a token, a variable, a value of an answer or a person: what cannot be said cannot be logged. Whoever
 * breaks the glass is the exception: that is told of the person.
 */
import type { RefusalKind } from '../authenticate/refusal.ts';
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
  readonly kind: RefusalKind;
  /** The configured issuer that the token named; undefined if it named none of them. */
  readonly issuer: string | undefined;
}

/** A request was refused unseen, since too many tokens from its address were before. Whose address it is is not told. */
export interface CallerThrottled {
  /** Of all tokens from there, or of those that say to be of one principal. */
  readonly by: 'address' | 'principal';
  /** Of this address or principal, in this minute. */
  readonly isFirst: boolean;
}

/** Somebody could not sign in to the explorer, or was signed out of it. It may be anybody; the browser has got a constant page. */
export interface LoginRefused {
  /** Quotes nothing that came from outside. */
  readonly reason: string;
  /** What it came of, if that says more. */
  readonly cause: unknown;
}

/** Somebody who may has broken the glass: for this request, what rules keep for that case is open. */
export interface GlassBroken {
  readonly context: RequestContext;
  readonly issuer: string;
  readonly subject: string;
  readonly clientId: string | undefined;
  readonly purpose: string;
  /** In the words of whoever did it. */
  readonly reason: string;
}

/** An issuer's keys have been fetched: with the first token, again every ten minutes while tokens come, and for one with an unknown key. */
export interface KeysFetched {
  readonly issuer: string;
  /** As configured: the address of the discovery document or of the keys, or a file. */
  readonly from: string;
  readonly count: number;
  /** For the first time, or other ones than before. */
  readonly isNew: boolean;
}

/** By their ids (RFC 7638). */
export interface SigningKeysChanged {
  readonly signing: string;
  readonly published: readonly string[];
}

/** An issuer's keys could not be fetched; the last good ones are used as long as they may be. */
export interface KeysUnavailable {
  readonly issuer: string;
  readonly reason: string;
}

/** At the start, and whenever their file has changed. */
export interface ServiceTokensRead {
  readonly file: string;
  readonly principals: number;
  readonly tokens: number;
}

/** What is in force from now on of the file that says who is shut out. */
export interface RevocationsApplied {
  readonly entries: number;
  /** Issuers and data products in it that this gateway does not know: nothing comes of what is said of them. */
  readonly unknown: readonly string[];
}

/** That file cannot be read or understood; what was in force stays so. */
export interface RevocationsRefused {
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
  /** Version of the rules, as the audit trail has it. */
  readonly policies: string;
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

/** Nothing newer is refused any more: it serves, or the source is again what serves. */
export interface SnapshotMended {
  readonly serving: string;
}

/** What the rules to be measured would have changed for one request; undefined differences: it could not be told. */
export interface AccessMeasured {
  readonly kind: 'anonymous' | 'human' | 'service' | 'bi';
  readonly differences:
    | { readonly refused: readonly string[]; readonly masked: readonly string[] }
    | undefined;
}

/** Nothing can be measured by them: they cannot be read, or are not right. */
export interface CandidateRefused {
  readonly message: string;
}

/** The audit trail has been signed as far as this: whoever has it elsewhere knows later that nothing is missing before it. */
export interface AuditCheckpoint {
  readonly hash: string;
  /** Lines of the trail. */
  readonly length: number;
}

export interface CertificatesRead {
  /** Where the configuration names them. */
  readonly setting: string;
  /** The end of the certificate; undefined: there are authorities alone. */
  readonly validTo: string | undefined;
}

/** It ends soon, or is over. */
export interface CertificateEnding {
  readonly setting: string;
  readonly validTo: string;
  readonly isOver: boolean;
}

export interface Observers {
  auditCheckpoint(event: AuditCheckpoint): void;
  /** Nothing is answered any more: it could not be recorded. */
  auditFailed(event: { readonly reason: string }): void;
  requestEnded(event: RequestEnded): void;
  requestFaulted(event: RequestFaulted): void;
  tokenRefused(event: TokenRefused): void;
  callerThrottled(event: CallerThrottled): void;
  glassBroken(event: GlassBroken): void;
  loginRefused(event: LoginRefused): void;
  keysFetched(event: KeysFetched): void;
  keysUnavailable(event: KeysUnavailable): void;
  /** Of the gateway's own keys: others are published, or another one signs. */
  signingKeysChanged(event: SigningKeysChanged): void;
  /** Their file cannot be used: what was in force stays in force. */
  signingKeysRefused(event: { readonly reason: string }): void;
  certificatesRead(event: CertificatesRead): void;
  /** Their files cannot be used: what was in force stays in force. */
  certificatesRefused(event: { readonly setting: string; readonly reason: string }): void;
  certificateEnding(event: CertificateEnding): void;
  serviceTokensRead(event: ServiceTokensRead): void;
  /** Their file has changed, and is not right: the tokens of before are in force, revoked ones too. */
  serviceTokensRefused(event: { readonly reason: string }): void;
  /** When tokens were last used is lost with the gateway; told once. */
  serviceTokenUsesUnwritten(event: { readonly reason: string }): void;
  revocationsApplied(event: RevocationsApplied): void;
  revocationsRefused(event: RevocationsRefused): void;
  subgraphRequestEnded(event: SubgraphRequestEnded): void;
  subgraphAnswerFaulted(event: SubgraphAnswerFaulted): void;
  subgraphRequestRepeated(event: SubgraphRequestRepeated): void;
  subgraphBreakerChanged(event: SubgraphBreakerChanged): void;
  streamOpened(event: StreamOpened): void;
  streamEnded(event: StreamEnded): void;
  requestExecuted(event: RequestExecuted): void;
  snapshotSwapped(event: SnapshotSwapped): void;
  snapshotRefused(event: SnapshotRefused): void;
  snapshotMended(event: SnapshotMended): void;
  accessMeasured(event: AccessMeasured): void;
  candidateRefused(event: CandidateRefused): void;
  /** Nothing more will happen: who has gathered something to tell it later tells it now. */
  closed(): void;
  /** The gateway listens, warns about itself, or stops. */
  lifecycle(event: { readonly level: 'info' | 'warn'; readonly message: string }): void;
}

/** For callers that do not want to know. */
export const unobserved: Observers = Object.freeze({
  auditCheckpoint() {},
  auditFailed() {},
  requestEnded() {},
  requestFaulted() {},
  tokenRefused() {},
  callerThrottled() {},
  glassBroken() {},
  loginRefused() {},
  keysFetched() {},
  keysUnavailable() {},
  signingKeysChanged() {},
  signingKeysRefused() {},
  certificatesRead() {},
  certificatesRefused() {},
  certificateEnding() {},
  serviceTokensRead() {},
  serviceTokensRefused() {},
  serviceTokenUsesUnwritten() {},
  revocationsApplied() {},
  revocationsRefused() {},
  subgraphRequestEnded() {},
  subgraphAnswerFaulted() {},
  subgraphRequestRepeated() {},
  subgraphBreakerChanged() {},
  streamOpened() {},
  streamEnded() {},
  requestExecuted() {},
  snapshotSwapped() {},
  snapshotRefused() {},
  snapshotMended() {},
  accessMeasured() {},
  candidateRefused() {},
  closed() {},
  lifecycle() {},
});
