/** The request's type after each of the eight stages. A stage takes the type before it and returns the next. */
import type { IncomingHttpHeaders } from 'node:http';
import type { AccessRules } from '@portcullis/policies/engine/bundle';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import type { FieldNode } from 'graphql';
import type { ResponseError } from './errors.ts';
import type { Operation, Program, Programs } from './program.ts';

/** One immutable generation of everything the data plane reads. A request holds the one it started with. */
export interface Snapshot {
  /** Content hash of the supergraph and the rules: equal generations serve equally. */
  readonly generation: string;
  readonly supergraph: Supergraph;
  readonly rules: AccessRules;
  readonly programs: Programs;
}

/** What the HTTP layer hands over; the body is already bounded in size. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query string as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Aborted when the client goes away or the deadline passes. */
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** The media types a GraphQL answer can have (GraphQL over HTTP §6). */
export type ResponseMediaType = 'application/graphql-response+json' | 'application/json';

/** Ids of one request, known before anything can fail. */
export interface RequestContext {
  readonly id: string;
  /** W3C `traceparent` of this hop: the caller's trace with a span of ours, or a new trace. */
  readonly traceparent: string;
  readonly signal: AbortSignal;
}

/** After `receive`: a well-formed GraphQL request over HTTP, from anyone. */
export interface ReceivedRequest {
  readonly context: RequestContext;
  readonly method: 'GET' | 'POST';
  readonly accept: ResponseMediaType;
  /** The raw `Authorization` header; `authenticate` is its only reader. */
  readonly authorization: string | undefined;
  readonly query: string;
  readonly operationName: string | undefined;
  /** Parsed JSON, uncoerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** Who asks. Identity is the pair (issuer, subject), never the subject alone. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'authenticated';
      readonly issuer: string;
      readonly subject: string;
      readonly clientId: string | undefined;
      readonly scopes: ReadonlySet<string>;
      /** Seconds since the epoch; nothing minted for this caller lives longer. */
      readonly expiresAt: number;
    };

/** After `authenticate`. */
export interface KnownRequest extends Omit<ReceivedRequest, 'authorization'> {
  readonly principal: Principal;
}

/** After `parse`: valid against the API schema, variables coerced once. */
export interface ParsedRequest extends Omit<KnownRequest, 'query'> {
  readonly operation: Operation;
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

/** What `authorize` decides about an operation. */
export interface Decision {
  readonly operation: Operation;
  readonly denied: readonly DeniedField[];
  readonly hidden: ReadonlySet<string>;
}

/**
 * After `authorize`. A class with a private field, so that neither a literal nor a spread passes for one;
 * its constructor is called in `authorize/` alone (checked by `tests/check`).
 */
export class AuthorizedRequest {
  readonly #parsed: ParsedRequest;
  /** What remains: all that the planner ever sees. */
  readonly operation: Operation;
  readonly denied: readonly DeniedField[];
  /** Object types of which the caller may see nothing, not even that there is one. */
  readonly hidden: ReadonlySet<string>;

  constructor(parsed: ParsedRequest, decision: Decision) {
    this.#parsed = parsed;
    this.operation = decision.operation;
    this.denied = decision.denied;
    this.hidden = decision.hidden;
    Object.freeze(this);
  }

  /** The request as the client wrote it: what `shape` answers to. */
  get parsed(): ParsedRequest {
    return this.#parsed;
  }
}

/** After `plan`. */
export interface PlannedRequest {
  readonly authorized: AuthorizedRequest;
  readonly snapshot: Snapshot;
  readonly program: Program;
}

/** After `execute`: the merged tree of the authorised operation, not yet fit for a client. */
export interface ExecutedRequest {
  readonly planned: PlannedRequest;
  readonly data: unknown;
  readonly errors: readonly ResponseError[];
}

/** After `shape`: only what was asked and allowed, nulls propagated. */
export interface ShapedRequest {
  readonly context: RequestContext;
  readonly accept: ResponseMediaType;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly ResponseError[];
}
