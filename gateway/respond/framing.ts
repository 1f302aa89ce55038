/** How results that come one after another are put into one body: a text for each, and what stands around them. */
import type { StreamFormat } from '../request.ts';

export interface Framing {
  readonly contentType: string;
  /** At once, before there is a result. */
  readonly start: string;
  /** @param json the result; `isLast`: there will be no more, and it says why */
  result(json: string, isLast: boolean): string;
  readonly end: string;
  readonly ping: string;
}

export const framings: Readonly<Record<StreamFormat, Framing>> = Object.freeze({
  /** GraphQL over SSE, distinct connections mode. A comment is the smallest thing that an event stream can hold. */
  'text/event-stream': {
    contentType: 'text/event-stream; charset=utf-8',
    start: ':\n\n',
    result: (json) => `event: next\ndata: ${oneLine(json)}\n\n`,
    // With its empty data: without, an EventSource would not tell of it.
    end: 'event: complete\ndata:\n\n',
    ping: ':\n\n',
  },
  /** Apollo's protocol for subscriptions over HTTP. The delimiter follows each part at once: a reader waits for it. */
  'multipart/mixed;subscriptionSpec=1.0': {
    contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
    start: '\r\n--graphql',
    result: (json, isLast) => part(isLast ? `{"payload":null,${json.slice(1)}` : `{"payload":${json}}`),
    end: '--\r\n',
    ping: part('{}'),
  },
  /** Incremental delivery as Apollo's clients and urql read it: each part says whether there is another. */
  'multipart/mixed;deferSpec=20220824': {
    contentType: 'multipart/mixed;boundary="-";deferSpec=20220824',
    start: '\r\n---',
    result: (json, isLast) => deferredPart(isLast ? `{"hasNext":false,${json.slice(1)}` : json),
    end: '--\r\n',
    ping: '',
  },
  /** For a WebSocket, whose library puts each into a message. */
  messages: { contentType: 'application/json', start: '', result: (json) => json, end: '', ping: '' },
});

function part(json: string): string {
  return `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${json}\r\n--graphql`;
}

function deferredPart(json: string): string {
  return `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${json}\r\n---`;
}

/** A value that is passed on as a subgraph wrote it can have line breaks between its tokens; a JSON string has none. */
function oneLine(json: string): string {
  return json.replaceAll(/[\r\n]+/g, ' ');
}
