/** Headers of clients that may not go to subgraphs, whatever a configuration says. */

export interface ForwardedFault {
  readonly subgraph: string;
  readonly index: number;
  readonly message: string;
}

/** By which proxies and login services tell what is behind them who asks; `*` is whatever follows. There are others. */
const whoAsks = [
  ...['txn-token', 'authorization', 'cookie', 'cookie2', 'set-cookie', 'proxy-*', 'www-authenticate'],
  ...['purpose', 'break-glass'],
  ...['remote-*', 'x-remote-*', 'x-user', 'x-user-*', 'x-authenticated-*', 'x-auth-*', 'x-webauth-*'],
  ...['x-access-token', 'x-id-token', 'x-jwt-*', 'x-api-key', 'api-key', 'apikey'],
  ...['x-ms-client-*', 'x-ms-token-*', 'x-goog-iap-*', 'x-goog-authenticated-*', 'x-amzn-oidc-*'],
  ...['x-amzn-mtls-*', 'x-consumer-*', 'x-credential-*'],
  ...['client-cert*', 'x-client-*', 'ssl-*', 'x-ssl-*', 'x-tls-*', 'x-arr-clientcert'],
];

/** By which they tell from where a request comes, or what it was before. */
const whence = [
  ...['forwarded', 'x-forwarded', 'x-forwarded-*', 'via', 'max-forwards', 'x-original-*', 'x-rewrite-*'],
  ...['client-ip', 'true-client-*', 'x-real-*', 'x-cluster-client-*'],
  ...['cf-*', 'fastly-*', 'x-envoy-*', 'x-azure-*', 'x-appengine-*'],
];

/** Each with why; the first that fits is told. */
const reserved: readonly (readonly [names: RegExp, why: string])[] = [
  [anyOf(whoAsks), 'says who asks or what for. A subgraph learns that from its token alone'],
  [
    anyOf(whence),
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

/** @param patterns names of letters, digits and hyphens, in which `*` stands for any more */
function anyOf(patterns: readonly string[]): RegExp {
  return new RegExp(`^(${patterns.join('|').replaceAll('*', '.*')})$`);
}
