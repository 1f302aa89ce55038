/** Headers of clients that may not go to subgraphs, whatever a configuration says. */

export interface ForwardedFault {
  readonly subgraph: string;
  readonly index: number;
  readonly message: string;
}

/** Each with why; the first that fits is told. */
const reserved: readonly (readonly [names: RegExp, why: string])[] = [
  [
    /^(txn-token|authorization|cookie2?|set-cookie|proxy-.*|www-authenticate|purpose|break-glass)$/,
    'says who asks or what for. A subgraph learns that from its token alone',
  ],
  [
    /^(forwarded|x-forwarded(-.*)?|x-real-.*|x-client-.*|true-client-.*|cf-.*|via|max-forwards|x-original-.*|x-rewrite-.*)$/,
    'says whence a request comes, or what it was before. Proxies trust it, and any client can write it',
  ],
  [
    /^(connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|http2-settings|host|sec-.*)$/,
    'is of one connection (RFC 9110 §7.6.1), and the gateway has its own',
  ],
  [
    /^(content-.*|accept|accept-encoding|accept-charset|if-.*|range|x-http-method.*|x-method-.*)$/,
    'says what is in the request or how to answer it, and the gateway says that itself',
  ],
  [/^(traceparent|x-request-id)$/, 'is sent by the gateway already'],
];

export function checkForwarded(
  forwardHeaders: Readonly<Record<string, readonly string[]>>,
): readonly ForwardedFault[] {
  return Object.entries(forwardHeaders).flatMap(([subgraph, names]) =>
    names.flatMap((name, index) => {
      const why = reserved.find(([reservedNames]) => reservedNames.test(name))?.[1];
      if (why === undefined) return [];
      return [{ subgraph, index, message: `is ${name}, which ${why}. Take it out.` }];
    }),
  );
}
