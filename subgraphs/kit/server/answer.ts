/** An HTTP answer as a value, and those that are not GraphQL's own. */
import type { ServerResponse } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The request cannot be read as one of GraphQL over HTTP; thrown where it is read. */
export class BadRequest extends Error {
  readonly answer: Answer;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.answer = { status, body: errorBody('BAD_USER_INPUT', message), headers };
  }
}

/** One for every token that is not valid: what was wrong is for the log only. */
export const UNAUTHENTICATED: Answer = {
  status: 401,
  body: errorBody('UNAUTHENTICATED', 'a valid transaction token is required'),
};

export const INTERNAL: Answer = { status: 500, body: errorBody('INTERNAL', 'an internal error occurred') };

export const NOT_FOUND: Answer = {
  status: 404,
  body: errorBody('NOT_FOUND', 'there is nothing here but /graphql'),
};

/** As many as there may be, or the process is ending. */
export const BUSY: Answer = {
  status: 503,
  body: errorBody('SUBGRAPH_UNAVAILABLE', 'no more subscriptions are taken at present'),
};

export function send(response: ServerResponse, { status, body, headers }: Answer): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(body);
}

function errorBody(code: string, message: string): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] });
}
