/** From a text to the configuration: what is written, checked, with defaults for what is not. */
import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type {
  ClaimNames,
  GatewayConfig,
  IssuerConfig,
  KeySource,
  ListenTls,
  LoginConfig,
  RefusalMode,
  SubgraphTls,
} from '../config.ts';
import { checkSchema } from './check-schema.ts';
import { checkSense } from './check-sense.ts';
import { ConfigError } from './config-error.ts';
import { defaults, freeze } from './defaults.ts';
import type { ConfigFile, IssuerEntry, LoginEntry, ModeEntry } from './file.ts';
import { readYaml } from './read-yaml.ts';

/**
 * Reads a configuration file.
 * @throws ConfigError with every fault, its line and its remedy
 */
export function readConfig(file: string, environment: NodeJS.ProcessEnv = process.env): GatewayConfig {
  return parseConfig(readText(file), resolve(file), environment);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const message = `the file cannot be read (${String(cause)}). Give a readable one to --config.`;
    throw new ConfigError(file, [{ line: undefined, message }]);
  }
}

/** As {@link readConfig}, for a text that is already there; `file` names it and anchors relative paths. */
export function parseConfig(text: string, file: string, environment: NodeJS.ProcessEnv): GatewayConfig {
  const yaml = readYaml(text, basename(file), environment);
  const misshapen = checkSchema(yaml);
  if (misshapen.length > 0) throw new ConfigError(basename(file), misshapen);
  const written = yaml.value as ConfigFile;
  const host = written.listen?.host ?? defaults.listen.host;
  const senseless = checkSense(written, host, yaml);
  if (senseless.length > 0) throw new ConfigError(basename(file), senseless);
  const from = (path: string) => resolve(dirname(file), path);
  return freeze({
    listen: { host, port: written.listen?.port ?? defaults.listen.port, tls: listenTls(written, from) },
    admin: written.admin && { ...defaults.admin, ...written.admin },
    subgraphTls: subgraphTls(written, from),
    cors: written.cors && { ...defaults.cors, ...written.cors },
    supergraph: { source: from(written.supergraph), enforces: written.enforces ?? {} },
    policies: written.policies === undefined ? undefined : from(written.policies),
    measure: written.measure === undefined ? undefined : from(written.measure),
    authentication: authenticationIn(written.authentication, from),
    revocations: written.revocations === undefined ? undefined : from(written.revocations),
    zones: written.zones ?? defaults.zones,
    trustedHops: written.trustedHops ?? defaults.trustedHops,
    forwardHeaders: written.forwardHeaders ?? defaults.forwardHeaders,
    modes: modesIn(written.modes ?? {}),
    masks: {
      secret: written.masks === undefined ? undefined : from(written.masks.secret),
      createIfMissing: written.masks?.createIfMissing ?? defaults.createIfMissing,
    },
    audit: written.audit && { file: from(written.audit.file) },
    identity: identityConfig(written.identity, from),
    limits: { ...defaults.limits, ...written.limits },
    streams: { ...defaults.streams, ...written.streams },
    warmUp: { ...defaults.warmUp, ...written.warmUp },
    overrides: { ...defaults.overrides, ...written.overrides },
    deduplicate: { ...defaults.deduplicate, ...written.deduplicate },
    explorer: explorerConfig(written.explorer ?? {}, from),
    open: false,
    log: { ...defaults.log, ...written.log },
  });
}

type From = (path: string) => string;

function listenTls({ listen }: ConfigFile, from: From): ListenTls | undefined {
  if (listen?.tls === undefined) return undefined;
  const { certificate, key, clientCa, clientCertificates } = listen.tls;
  return {
    certificate: from(certificate),
    key: from(key),
    clientCa: clientCa === undefined ? undefined : from(clientCa),
    clientCertificates: clientCertificates ?? defaults.clientCertificates,
  };
}

function subgraphTls({ subgraphTls: written }: ConfigFile, from: From): SubgraphTls | undefined {
  if (written === undefined) return undefined;
  const path = (file: string | undefined) => (file === undefined ? undefined : from(file));
  return { ca: path(written.ca), certificate: path(written.certificate), key: path(written.key) };
}

function identityConfig(
  { issuer, signingKey, createIfMissing, tells, bindBody }: ConfigFile['identity'],
  from: From,
): GatewayConfig['identity'] {
  return {
    issuer,
    signingKey: from(signingKey),
    createIfMissing: createIfMissing ?? defaults.createIfMissing,
    tells: tells ?? defaults.tells,
    bindBody: bindBody ?? defaults.bindBody,
  };
}

function authenticationIn(
  { anonymous, issuers, serviceTokens }: ConfigFile['authentication'],
  from: From,
): GatewayConfig['authentication'] {
  return {
    anonymous: anonymous ?? defaults.anonymous,
    issuers: issuers.map((entry) => issuerConfig(entry, from)),
    serviceTokens: serviceTokens && { file: from(serviceTokens.file) },
  };
}

function modesIn(written: NonNullable<ConfigFile['modes']>): GatewayConfig['modes'] {
  const modeOf = (kind: keyof GatewayConfig['modes']) => mode(written[kind], defaults.modes[kind]);
  return {
    human: modeOf('human'),
    service: modeOf('service'),
    bi: modeOf('bi'),
    anonymous: modeOf('anonymous'),
  };
}

function mode(written: ModeEntry | undefined, otherwise: RefusalMode): RefusalMode {
  return written === undefined ? otherwise : (written ?? 'null');
}

function explorerConfig(
  { enabled = defaults.explorer.enabled, personas, login }: NonNullable<ConfigFile['explorer']>,
  from: From,
): GatewayConfig['explorer'] {
  return {
    enabled,
    personas: personas && { tokenEndpoint: personas.tokenEndpoint, clientsFile: from(personas.clients) },
    login: login && loginConfig(login, from),
  };
}

function loginConfig(entry: LoginEntry, from: From): LoginConfig {
  const { issuer, clientId, clientSecret, publicUrl, scopes = defaults.login.scopes } = entry;
  return {
    issuer,
    clientId,
    clientSecret: clientSecret === undefined ? undefined : from(clientSecret),
    publicUrl: new URL(publicUrl).origin,
    scopes: [...new Set(['openid', ...scopes])],
    prompt: entry.prompt,
    resource: entry.resource,
    audience: entry.audience,
  };
}

function issuerConfig(entry: IssuerEntry, from: From): IssuerConfig {
  const { discovery, jwksUrl, jwksFile, claims, ...rest } = entry;
  const names = { ...noClaims, ...claims };
  return { clients: undefined, ...defaults.issuer, ...rest, claims: names, keys: keySource(entry, from) };
}

const noClaims: ClaimNames = Object.freeze({
  kind: undefined,
  roles: undefined,
  teams: undefined,
  purposes: undefined,
  purpose: undefined,
  breakGlass: undefined,
  attributes: Object.freeze({}),
});

function keySource({ discovery, jwksUrl, jwksFile }: IssuerEntry, from: From): KeySource {
  if (discovery !== undefined) return { kind: 'discovery', url: discovery };
  if (jwksUrl !== undefined) return { kind: 'jwksUrl', url: jwksUrl };
  if (jwksFile !== undefined) return { kind: 'jwksFile', path: from(jwksFile) };
  throw new TypeError('the schema admits no issuer without a source of keys');
}
