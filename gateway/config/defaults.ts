/** What a configuration leaves out. */

/** Every default there is; docs/gateway-config.schema.json shows the same ones, a test compares. */
export const defaults = Object.freeze({
  listen: Object.freeze({ host: '127.0.0.1', port: 4000 }),
  admin: Object.freeze({ host: '127.0.0.1' }),
  clientCertificates: 'none' as const,
  cors: Object.freeze({ maxAgeSeconds: 600 }),
  anonymous: 'deny' as const,
  issuer: Object.freeze({
    allowPlainHttp: false,
    typ: 'at+jwt',
    clockSkewSeconds: 10,
    maxLifetimeSeconds: 86_400,
    scopeClaim: 'scope',
    requireBoundTokens: false,
    kind: 'human' as const,
  }),
  zones: Object.freeze({}),
  trustedHops: 0,
  forwardHeaders: Object.freeze({}),
  modes: Object.freeze({ human: 'null', service: 'refuse', bi: 'refuse', anonymous: 'null' } as const),
  createIfMissing: false,
  tells: Object.freeze({}),
  bindBody: Object.freeze([]) as readonly string[],
  limits: Object.freeze({
    bodyBytes: 2_097_152,
    depth: 40,
    tokens: 15_000,
    requestTimeoutMs: 30_000,
    subgraphTimeoutMs: 15_000,
    subgraphResponseBytes: 67_108_864,
    answerBytes: 16_777_216,
    subgraphConcurrency: 256,
    subgraphQueue: 1_024,
    subgraphRetries: 2,
    deferredObjects: 2_000,
    contextRequests: 256,
    refusedTokensPerAddress: 600,
    refusedTokensPerPrincipal: 60,
  }),
  streams: Object.freeze({
    lifetimeMs: 3_600_000,
    pingMs: 15_000,
    stalledMs: 30_000,
    bufferBytes: 1_048_576,
    sockets: 10_000,
    operationsPerSocket: 100,
  }),
  deduplicate: Object.freeze({ inbound: true, outbound: true }),
  warmUp: Object.freeze({ operations: 500, timeoutMs: 1_000 }),
  overrides: Object.freeze({ labels: Object.freeze({}) }),
  explorer: Object.freeze({ enabled: false }),
  login: Object.freeze({ scopes: Object.freeze([]) }),
  log: Object.freeze({ level: 'info' }),
});

export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) freeze(part);
    Object.freeze(value);
  }
  return value;
}
