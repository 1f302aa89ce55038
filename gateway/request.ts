/** The request's type after each of the eight stages. A stage takes the type before it and returns the next. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Circumstances, Subject } from '@portcullis/policies/engine/subject';
import type { AccessView } from '@portcullis/policies/engine/view';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import type { FieldNode } from 'graphql';
import type { ResponseError } from './errors.ts';
import type { DeferredPart, FetchPrograms, Mask, MergedObject, Operation, Program } from './program.ts';

/** One immutable generation of everything the data plane reads. A request holds the one it started with. */
export interface Snapshot {
  /** Content hash of the supergraph and the rules: equal generations serve equally. */
  readonly generation: string;
  /** The same object, and with it the programs, as long as the graph is: rules can change alone. */
  readonly supergraph: Supergraph;
  readonly access: Access;
  readonly programs: FetchPrograms;
}

/** The rules of one snapshot, asked for one caller at a time. */
export interface Access {
  /** Of the rules, as `portcullis policy check` prints it: equal versions decide equally on equal graphs. */
  readonly version: string;
  /** A view that is known is there at once; another is waited for. Rejects if it cannot be made: nothing is allowed then. */
  viewOf(subject: Subject, circumstances: Circumstances): AccessView | Promise<AccessView>;
  /** Resolves when it holds nothing any more. A request that started before may still ask, and is answered. */
  close(): Promise<void>;
}

/** When a request ends before it is answered: an AbortSignal, or what says as much for less. */
export interface EndSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: EndListener, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: EndListener): void;
}

export type EndListener = (() => void) | { handleEvent(): void };

/** What the HTTP layer hands over; the body is already bounded in size. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query string as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The other end of the connection: a caller, or the proxy in front. Undefined: not known. */
  readonly address?: string | undefined;
  /** The client's certificate, if it proved that it has one of an authority that counts: its SHA-256 as base64url. */
  readonly certificate?: string | undefined;
  readonly body: Buffer;
  /** Aborted when the client goes away, when the deadline passes, and for a stream when the gateway stops. */
  readonly signal: EndSignal;
  /** It came as a message on a WebSocket, whose results are messages too; undefined: over HTTP itself. */
  readonly transport?: 'websocket' | undefined;
}

export type HttpResponse = WholeResponse | StreamResponse;

interface ResponseHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

export interface WholeResponse extends ResponseHead {
  /** As UTF-8, where it was pasted together from the bytes of replies. */
  readonly body: string | Buffer;
}

export interface StreamResponse extends ResponseHead {
  readonly body: StreamBody;
  /**
   * Calls back once when its caller is not known any more; what it returns forgets that. The body ends by itself then, but where
   * its reader takes nothing nobody gets to see it.
   */
  readonly onGone: (gone: () => void) => () => void;
}

/** A body whose pieces come over time. Whoever takes them sets the pace; it ends by itself once the request's signal is aborted. */
export interface StreamBody extends AsyncIterable<string> {
  /** Says nothing, and may be sent between any two pieces: nobody on the way takes silence for the end. */
  readonly ping: string;
}

/** The media types of a single result (GraphQL over HTTP §6); an event stream for whoever takes nothing else. */
export type ResponseMediaType =
  | 'application/graphql-response+json'
  | 'application/json'
  | 'text/event-stream';

/** The form of results that come one after another: GraphQL over SSE, Apollo's multipart protocol, a JSON text each. */
export type StreamFormat =
  | 'text/event-stream'
  | 'multipart/mixed;subscriptionSpec=1.0'
  | 'multipart/mixed;deferSpec=20220824'
  | 'messages';

/** Ids of one request, known before anything can fail. */
export interface RequestContext {
  readonly id: string;
  /** W3C `traceparent` of this hop: the caller's trace with a span of ours, or a new trace. */
  readonly traceparent: string;
  readonly signal: EndSignal;
  readonly counts: RequestCounts;
}

/** Counted as they happen, for whoever observes the request. */
export interface RequestCounts {
  subgraphRequests: number;
  /** Items of the answer's lists of objects; lists within one entity count once, however often it stands in the answer. */
  rows: number;
}

/** Headers of the client by their names in small letters, in the order of the names. */
export type ForwardedHeaders = readonly (readonly [name: string, value: string])[];

/** After `receive`: a well-formed GraphQL request over HTTP, from anyone. */
export interface ReceivedRequest {
  readonly context: RequestContext;
  readonly method: 'GET' | 'POST';
  readonly accept: ResponseMediaType;
  /** Undefined: the client takes a single result only. */
  readonly stream?: StreamFormat | undefined;
  /** How parts of an answer can follow each other; undefined: the client takes an answer as a whole only. */
  readonly deferred?: StreamFormat | undefined;
  /** The raw `Authorization` header; `authenticate` is its only reader. */
  readonly authorization: string | undefined;
  /** As in {@link HttpRequest}. */
  readonly certificate?: string | undefined;
  /** What the caller says the request is for; whether that was granted is for `authenticate` to know. */
  readonly purpose: string | undefined;
  /** The reason for which the caller wants to break the glass; so is this. */
  readonly breakGlass: string | undefined;
  /** The address that it comes from, as written; undefined: not known. `authenticate` is its only reader. */
  readonly from: string | undefined;
  /** Where it comes from, by the configured networks; the empty text for what is in none of them. */
  readonly zone: string;
  /** What may be sent on to some subgraph; undefined: nothing, which is what most requests have. */
  readonly forwarded?: ForwardedHeaders | undefined;
  readonly query: string;
  readonly operationName: string | undefined;
  /** Parsed JSON, uncoerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** Who asks. Identity is the pair (issuer, subject), never the subject alone. One object as long as its token is. */
export type Principal = AnonymousPrincipal | AuthenticatedPrincipal;

export interface AnonymousPrincipal {
  readonly kind: 'anonymous';
}

export interface AuthenticatedPrincipal {
  readonly kind: Exclude<Subject['kind'], 'anonymous'>;
  readonly issuer: string;
  readonly subject: string;
  readonly clientId: string | undefined;
  readonly scopes: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
  readonly teams: ReadonlySet<string>;
  readonly attributes: Subject['attributes'];
  /** Those that it may ask for. */
  readonly purposes: ReadonlySet<string>;
  /** The one that its token is for; undefined: the token does not say. */
  readonly purpose: string | undefined;
  readonly mayBreakGlass: boolean;
  /** As in {@link Subject}. */
  readonly products: Subject['products'];
  /** The client's certificate over whose connections alone its token counts (RFC 8705), as in {@link HttpRequest}. */
  readonly certificate?: string | undefined;
  /** Its token's `jti`. */
  readonly tokenId: string | undefined;
  /** Of its token, in seconds since the epoch. */
  readonly issuedAt: number;
  /** Seconds since the epoch; nothing minted for this caller lives longer. */
  readonly expiresAt: number;
  /** Whether what vouched for it still does: that the key which signed its token is one of its issuer's. */
  readonly isVouchedFor: () => boolean;
}

/** What a view shows of a graph, as SDL. */
export interface SchemaText {
  readonly text: string;
  /** Equal for equal texts. */
  readonly hash: string;
}

/** After `authenticate`. */
export interface KnownRequest
  extends Omit<ReceivedRequest, 'authorization' | 'certificate' | 'purpose' | 'from' | 'zone'> {
  readonly principal: Principal;
  /** What of the principal rules can look at: one object for equal principals and purposes where that is cheap. */
  readonly subject: Subject;
  /** Of the moment in which the request came; a stream has to look again. */
  readonly circumstances: Circumstances;
  /** Why the glass was broken, if it was: granted, and for the records alone. */
  readonly breakGlass: string | undefined;
}

/** What comes of a denied field: null and an error, a refusal of the whole operation, or the answer to an unknown name. */
export type RefusalMode = 'null' | 'refuse' | 'hide';

export type RefusalModes = Readonly<Record<Subject['kind'], RefusalMode>>;

/** After `parse`: valid against the API schema, variables coerced once. */
export interface ParsedRequest
  extends Pick<
    KnownRequest,
    'context' | 'accept' | 'stream' | 'deferred' | 'forwarded' | 'principal' | 'subject' | 'circumstances'
  > {
  readonly operation: Operation;
  /** One denied field, and nothing is carried out. */
  readonly allOrNothing?: boolean;
  /** The client wants to know what became of each field (`extensions.access`). */
  readonly explains?: boolean;
  /** Coerced; the same values are checked, planned, keyed and sent. */
  readonly coerced: Readonly<Record<string, unknown>>;
}

/** A selection of the client's operation that leaves it before it is planned. */
export interface DeniedField {
  /** The very node of `ParsedRequest.operation`: a response path can mean different fields on different types. */
  readonly selection: FieldNode;
  /** Object types it is denied on: the same selection may be allowed on others. */
  readonly types: ReadonlySet<string>;
}

/** What `authorize` decides about an operation: the same object for all who have the same rights. */
export interface Decision {
  /** What it was decided by, and what subgraphs are obliged to by it. */
  readonly view: AccessView;
  /** What remains: all that the planner ever sees. */
  readonly operation: Operation;
  readonly denied: readonly DeniedField[];
  /** Object types of which the caller may see nothing, not even that there is one. */
  readonly hidden: ReadonlySet<string>;
  /** What the caller may see in another form only, by the coordinate of an object type's field. */
  readonly masks: ReadonlyMap<string, Mask>;
}

/**
 * After `authorize`. A class with a private field, so that neither a literal nor a spread passes for one;
 * its constructor is called in `authorize/` alone (checked by `tests/check`).
 */
export class AuthorizedRequest {
  readonly #parsed: ParsedRequest;
  readonly #decision: Decision;

  constructor(parsed: ParsedRequest, decision: Decision) {
    this.#parsed = parsed;
    this.#decision = decision;
    Object.freeze(this);
  }

  /** The request as the client wrote it: what `shape` answers to. */
  get parsed(): ParsedRequest {
    return this.#parsed;
  }

  get decision(): Decision {
    return this.#decision;
  }
}

/** After `plan`. */
export interface PlannedRequest {
  readonly authorized: AuthorizedRequest;
  readonly snapshot: Snapshot;
  readonly program: Program;
}

/** After `execute`: the merged answer to the authorised operation, not yet fit for a client; or the answer itself. */
export type ExecutedRequest =
  | {
      readonly planned: PlannedRequest;
      readonly data: MergedObject;
      readonly errors: readonly ResponseError[];
    }
  /** Pasted together along the response's shape: JSON, as UTF-8. */
  | { readonly planned: PlannedRequest; readonly spliced: Buffer; readonly rows: number };

/** A part of an answer that comes in several, after `execute`; undefined `parts`: the first one. */
export interface ExecutedPart {
  readonly planned: PlannedRequest;
  /** All that has been fetched so far. */
  readonly data: MergedObject;
  readonly errors: readonly ResponseError[];
  readonly parts: readonly DeferredPart[] | undefined;
  readonly hasNext: boolean;
}

/** After `shape`: only what was asked and allowed, nulls propagated. */
export interface ShapedRequest {
  readonly context: RequestContext;
  readonly accept: ResponseMediaType;
  /** JSON, as text or as UTF-8: an object, or `null` where a null propagated as far as the root. */
  readonly data: string | Buffer;
  readonly errors: readonly ResponseError[];
  /** A JSON object; undefined: none were asked for. */
  readonly extensions?: string | undefined;
}

/** What a subgraph has published, as it came: nothing of it has been looked at. */
export interface SourceEvent {
  /** The request that it answers, as text: it means nothing to another. */
  readonly request: string;
  /** A GraphQL result as JSON. */
  readonly payload: Buffer;
}

/** One of the results of a stream. Without `data` it is the last one, and says why no more come. */
export interface StreamedResult {
  /** As in {@link ShapedRequest}. */
  readonly data?: string | Buffer | undefined;
  readonly errors: readonly ResponseError[];
  /** As in {@link ShapedRequest}; of an answer in parts, with the first. */
  readonly extensions?: string | undefined;
  /** Of an answer that comes in parts: whether more come. */
  readonly hasNext?: boolean;
  /** What had been deferred, instead of `data`. */
  readonly incremental?: readonly DeferredResult[];
}

/** What a deferred fragment adds to an object of the answer. */
export interface DeferredResult {
  /** JSON. */
  readonly data: string;
  readonly path: readonly (string | number)[];
  readonly label: string | undefined;
  readonly errors: readonly ResponseError[];
}
