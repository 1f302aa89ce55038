/** The configuration of `--open`; apart from the others, since it needs nothing that reads files. */
import { resolve } from 'node:path';
import { defaults, freeze } from './config/defaults.ts';
import type { GatewayConfig } from './config.ts';

/** `--open`: a supergraph for everybody on this machine, for conformance tests and benchmarks. */
export function openConfig(options: { readonly supergraph: string; readonly port: number }): GatewayConfig {
  return freeze({
    listen: { host: '127.0.0.1', port: options.port },
    cors: undefined,
    supergraph: { source: resolve(options.supergraph), enforces: {} },
    policies: undefined,
    measure: undefined,
    revocations: undefined,
    zones: defaults.zones,
    trustedHops: defaults.trustedHops,
    forwardHeaders: defaults.forwardHeaders,
    modes: defaults.modes,
    masks: { secret: undefined, createIfMissing: false },
    audit: undefined,
    authentication: { anonymous: 'allow', issuers: [], serviceTokens: undefined },
    identity: {
      issuer: 'urn:portcullis:open',
      signingKey: undefined,
      createIfMissing: false,
      tells: defaults.tells,
      bindBody: defaults.bindBody,
    },
    limits: defaults.limits,
    streams: defaults.streams,
    warmUp: defaults.warmUp,
    overrides: defaults.overrides,
    deduplicate: defaults.deduplicate,
    explorer: { enabled: true, personas: undefined, login: undefined },
    open: true,
    log: defaults.log,
  });
}
