/** The ids by which a request is found in the logs of gateway and subgraphs. */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface RequestIds {
  readonly requestId: string;
  readonly traceparent: string | undefined;
}

const ID = /^[A-Za-z0-9._-]{1,64}$/;
/** W3C Trace Context §3.2. */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Takes over what the gateway sent if it is well-formed, so that a header cannot forge a line of the log. */
export function requestIds(headers: IncomingHttpHeaders): RequestIds {
  const { 'x-request-id': id, traceparent } = headers;
  return {
    requestId: typeof id === 'string' && ID.test(id) ? id : randomUUID(),
    traceparent: typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? traceparent : undefined,
  };
}
