/** The two kinds of failure, told apart by type: what may be shown to a client, and what may not. */

/** The closed list of codes in `extensions.code`, each with its status where the whole request failed. */
export const errorCodes = Object.freeze({
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  PERSISTED_QUERY_NOT_FOUND: 404,
  PERSISTED_QUERY_NOT_SUPPORTED: 400,
  DOCUMENT_NOT_TRUSTED: 403,
  COST_LIMIT: 400,
  DEPTH_LIMIT: 400,
  RATE_LIMITED: 429,
  SUBGRAPH_UNAVAILABLE: 502,
  SUBGRAPH_TIMEOUT: 504,
  SUBGRAPH_ERROR: 502,
  REQUEST_TIMEOUT: 504,
  INTERNAL: 500,
} as const);

export type ErrorCode = keyof typeof errorCodes;

/** One entry of the response's `errors`, as the client sees it (GraphQL §7.1.2). */
export interface ResponseError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly extensions: {
    readonly code: ErrorCode;
    /** The subgraph the error came from. */
    readonly service?: string;
    /** Whether the same request may succeed later. */
    readonly retryable?: boolean;
    /** Where the log has more to say: an operator finds it by this id. */
    readonly requestId?: string;
  };
}

export interface ClientErrorOptions {
  /** HTTP status of what concerns the HTTP request, not the GraphQL in it; it holds in either media type. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The single errors, where there are several: one per validation rule that failed. */
  readonly errors?: readonly ResponseError[];
  /** Of the answer, as JSON: what a client has asked to be told of its refusal. */
  readonly extensions?: string | undefined;
  readonly cause?: unknown;
}

/** The whole request is refused, and the text may be shown: it never holds data, a name the caller may not see, or a token. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ErrorCode;
  /** The status, where the error concerns the HTTP request: 405, 413, 415. Otherwise the code and the media type decide. */
  readonly httpStatus: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly ResponseError[];
  readonly extensions: string | undefined;

  constructor(code: ErrorCode, message: string, options: ClientErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.httpStatus = options.status;
    this.headers = options.headers ?? {};
    this.errors = options.errors ?? [{ message, extensions: { code } }];
    this.extensions = options.extensions;
  }
}

/** Always the same text: a refusal tells neither why nor what there would have been. */
export function forbiddenField(path: readonly (string | number)[]): ResponseError {
  return { message: 'Access to this field is denied.', path, extensions: { code: 'FORBIDDEN' } };
}

/** A null that is no truth: what a subgraph gave there, or gave to join by, is none of the type. */
export function unusableValue(path: readonly (string | number)[], service?: string): ResponseError {
  const message = 'A subgraph gave no value that this field can have.';
  return { message, path, extensions: { code: 'SUBGRAPH_ERROR', ...(service !== undefined && { service }) } };
}

/** A fault of ours: the log gets the text and the cause, the client only `INTERNAL` and the request id. */
export class InternalError extends Error {
  override readonly name = 'InternalError';
}

/** GraphQL over HTTP §5.4: a GET never changes anything. `parse` refuses it, as the first to know the operation's type. */
export function mutationOverGet(): ClientError {
  return new ClientError('BAD_USER_INPUT', 'A mutation cannot be sent with GET. Use POST.', {
    status: 405,
    headers: { allow: 'POST' },
  });
}

/** Before anything is fetched, by `parse` too. */
export function subscriptionNeedsStream(): ClientError {
  return new ClientError(
    'BAD_USER_INPUT',
    'A subscription has many results. Accept text/event-stream, or use a WebSocket with the subprotocol graphql-transport-ws.',
    { status: 406 },
  );
}

/** One text for all that can have changed: whether the field is denied now, or gone, it does not tell. */
export function subscriptionWithdrawn(cause?: unknown): ClientError {
  return new ClientError(
    'FORBIDDEN',
    'The graph or its rules have changed, and this subscription cannot go on. Subscribe again to learn what holds now.',
    { cause },
  );
}

/** `@defer` to a client that takes an answer as a whole only: it would wait for what it said it need not wait for. */
export function deferNeedsParts(): ClientError {
  return new ClientError(
    'BAD_USER_INPUT',
    'The operation defers a part of its answer. Accept "multipart/mixed;deferSpec=20220824, application/json" or "text/event-stream", or leave out @defer.',
    { status: 406 },
  );
}

/** A stream began with a token that was good then. */
export function tokenExpired(): ClientError {
  return new ClientError('UNAUTHENTICATED', 'The access token has expired.');
}

export function answerTooLarge(most: number): ClientError {
  return new ClientError(
    'COST_LIMIT',
    `The answer would be larger than ${most} bytes (limits.answerBytes). Ask for less: fewer rows, or less within each.`,
  );
}
