/** What the gateway runs with: parsed once, strictly, frozen. */
import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { checkSchema } from './config/check-schema.ts';
import { checkSense } from './config/check-sense.ts';
import { ConfigError } from './config/config-error.ts';
import { defaults, freeze } from './config/defaults.ts';
import type { ConfigFile, Enforced, IssuerEntry, LoginEntry, ModeEntry } from './config/file.ts';
import { readYaml } from './config/read-yaml.ts';

/** Where an issuer's public keys are. */
export type KeySource =
  | { readonly kind: 'discovery'; readonly url: string }
  | { readonly kind: 'jwksUrl'; readonly url: string }
  | { readonly kind: 'jwksFile'; readonly path: string };

/** In which claims of its tokens an issuer says what rules look at. */
export interface ClaimNames {
  readonly kind: string | undefined;
  readonly roles: string | undefined;
  readonly teams: string | undefined;
  readonly purposes: string | undefined;
  readonly purpose: string | undefined;
  readonly breakGlass: string | undefined;
  /** By the attribute's name in the vocabulary. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** What docs/gateway-config.schema.json says of an issuer, with its defaults. */
export interface IssuerConfig {
  readonly issuer: string;
  readonly keys: KeySource;
  readonly allowPlainHttp: boolean;
  readonly audience: string;
  readonly algorithms: readonly string[];
  readonly typ: string;
  readonly clients: readonly string[] | undefined;
  readonly clockSkewSeconds: number;
  readonly maxLifetimeSeconds: number;
  readonly scopeClaim: string;
  /** Its tokens count only over a connection with the client certificate that they name (RFC 8705). */
  readonly requireBoundTokens?: boolean | undefined;
  readonly kind: 'human' | 'service' | 'bi';
  readonly claims: ClaimNames;
}

/** What comes of a refused field: null and an error, a refusal of the whole operation, or the answer to a name that is unknown. */
export type RefusalMode = 'null' | 'refuse' | 'hide';

export interface Limits {
  readonly bodyBytes: number;
  readonly depth: number;
  /** Lexical tokens of a GraphQL document. */
  readonly tokens: number;
  readonly requestTimeoutMs: number;
  readonly subgraphTimeoutMs: number;
  readonly subgraphResponseBytes: number;
  /** Of one answer: equal entities are fetched once, but written as often as they stand in it. */
  readonly answerBytes: number;
  /** Requests to one subgraph at once. */
  readonly subgraphConcurrency: number;
  /** Requests to one subgraph that wait for their turn. */
  readonly subgraphQueue: number;
  /** How often one request of a query is sent again. */
  readonly subgraphRetries: number;
  /** Objects to which `@defer` may add something later, in one answer. */
  readonly deferredObjects: number;
  /** Requests of one fetch whose arguments are taken from the objects around (`@fromContext`). */
  readonly contextRequests: number;
  /** In a minute: from one address, and of those with tokens that say to be of one principal. */
  readonly refusedTokensPerAddress: number;
  readonly refusedTokensPerPrincipal: number;
}

/** Answers that last: subscriptions, over HTTP or on a WebSocket. */
export interface StreamSettings {
  /** The longest life of a stream, and of a WebSocket. */
  readonly lifetimeMs: number;
  /** After so much silence, a sign of life is sent. */
  readonly pingMs: number;
  /** A reader that takes nothing for so long is given up. */
  readonly stalledMs: number;
  /** Of events that wait for their reader; the longest event. */
  readonly bufferBytes: number;
  readonly sockets: number;
  readonly operationsPerSocket: number;
}

/** The demo's persona switch: whoever opens GraphiQL may take a token of a made-up person. Loopback only. */
export interface PersonaSwitch {
  readonly tokenEndpoint: string;
  /** The identity provider's state file with each persona's client id and secret. */
  readonly clientsFile: string;
}

/** What docs/gateway-config.schema.json says of `explorer.login`, with its defaults. */
export interface LoginConfig {
  /** The `iss` of one of the issuers, which has discovery. */
  readonly issuer: string;
  readonly clientId: string;
  /** Absolute path of the file; undefined: a public client. */
  readonly clientSecret: string | undefined;
  /** An origin: without a slash at the end. */
  readonly publicUrl: string;
  /** `openid` among them. */
  readonly scopes: readonly string[];
  readonly prompt: 'login' | 'consent' | 'select_account' | undefined;
  readonly resource: string | undefined;
  readonly audience: string | undefined;
}

/** Absolute paths of PEM files; certificate and key are both there, or neither is. */
export interface SubgraphTls {
  readonly ca: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

/** Absolute paths of PEM files. */
export interface ListenTls {
  readonly certificate: string;
  readonly key: string;
  /** Authorities of clients. */
  readonly clientCa: string | undefined;
  readonly clientCertificates: 'none' | 'optional' | 'required';
}

/** Where operators find probes with details, and metrics. */
export interface AdminConfig {
  readonly host: string;
  readonly port: number;
}

export interface GatewayConfig {
  readonly listen: {
    readonly host: string;
    readonly port: number;
    /** Undefined: plain HTTP. */
    readonly tls?: ListenTls | undefined;
  };
  /** Undefined: there are no metrics, and probes with details are where clients ask. */
  readonly admin?: AdminConfig | undefined;
  /** By what the gateway is known to subgraphs, and which authorities it trusts; undefined: by nothing, and those of Node.js. */
  readonly subgraphTls?: SubgraphTls | undefined;
  /** Pages of other sites that may ask; undefined: none. */
  readonly cors: { readonly origins: readonly string[]; readonly maxAgeSeconds: number } | undefined;
  readonly supergraph: {
    /** Absolute path of a supergraph.yaml, or of a composed .graphql. */
    readonly source: string;
    /** Obligations that a subgraph carries out, where the source is composed and cannot say so. */
    readonly enforces: Readonly<Record<string, readonly Enforced[]>>;
  };
  /** Absolute path of the folder with the rules. */
  readonly policies: string | undefined;
  /** Absolute path of another such folder: what it would refuse is told, and refused to nobody. */
  readonly measure: string | undefined;
  readonly authentication: {
    readonly anonymous: 'deny' | 'allow';
    readonly issuers: readonly IssuerConfig[];
    /** Absolute path of the file of service tokens; undefined: none are accepted. */
    readonly serviceTokens: { readonly file: string } | undefined;
  };
  /** Absolute path of the file that says who is shut out; undefined: nobody ever is. */
  readonly revocations: string | undefined;
  /** Addresses and networks of each zone; what is in none of them is in the vocabulary's first. */
  readonly zones: Readonly<Record<string, readonly string[]>>;
  /** How many proxies in front of the gateway say in `X-Forwarded-For` whom they were called by. */
  readonly trustedHops: number;
  /** Which headers of the client each subgraph gets, by their names in small letters. */
  readonly forwardHeaders: Readonly<Record<string, readonly string[]>>;
  readonly modes: Readonly<Record<'human' | 'service' | 'bi' | 'anonymous', RefusalMode>>;
  readonly masks: {
    /** Path of the key of masks that hash; undefined: a key in memory, new at each start. */
    readonly secret: string | undefined;
    readonly createIfMissing: boolean;
  };
  readonly audit: { readonly file: string } | undefined;
  readonly identity: {
    /** The `iss` of the tokens for subgraphs. */
    readonly issuer: string;
    /** Path of a private JWK (OKP Ed25519); undefined, in open mode only: a key in memory, new at each start. */
    readonly signingKey: string | undefined;
    readonly createIfMissing: boolean;
    /** What subgraphs learn of the caller; `subject` where nothing is said. */
    readonly tells: Readonly<Record<string, 'subject' | 'attributes' | 'none'>>;
    /** Subgraphs whose tokens are good for one body, and once. */
    readonly bindBody: readonly string[];
  };
  readonly limits: Limits;
  readonly streams: StreamSettings;
  /** What is planned for a new snapshot before it is switched in: so many operations in use, for so long. */
  readonly warmUp: { readonly operations: number; readonly timeoutMs: number };
  /** For how many of a hundred requests a label of `@override(label:)` is on. */
  readonly overrides: { readonly labels: Readonly<Record<string, number>> };
  /** Whether equal requests at the same moment are carried out once: from clients, and to subgraphs. */
  readonly deduplicate: { readonly inbound: boolean; readonly outbound: boolean };
  readonly explorer: {
    readonly enabled: boolean;
    readonly personas: PersonaSwitch | undefined;
    readonly login: LoginConfig | undefined;
  };
  /** Every caller is anonymous and everything is allowed; loopback only. No file can set it. */
  readonly open: boolean;
  readonly log: { readonly level: string };
}

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
  from: (path: string) => string,
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
  from: (path: string) => string,
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

function issuerConfig(entry: IssuerEntry, from: (path: string) => string): IssuerConfig {
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

function keySource({ discovery, jwksUrl, jwksFile }: IssuerEntry, from: (path: string) => string): KeySource {
  if (discovery !== undefined) return { kind: 'discovery', url: discovery };
  if (jwksUrl !== undefined) return { kind: 'jwksUrl', url: jwksUrl };
  if (jwksFile !== undefined) return { kind: 'jwksFile', path: from(jwksFile) };
  throw new TypeError('the schema admits no issuer without a source of keys');
}
