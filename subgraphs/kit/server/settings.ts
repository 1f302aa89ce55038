/** A subgraph's settings, from the environment; whatever is wrong is said at once, before anything starts. */
import { type DatabaseSettings, DEFAULT_SETTINGS } from '../database/settings.ts';
import { DEFAULT_SUBSCRIPTION_SETTINGS, type SubscriptionSettings } from '../subscribe/settings.ts';
import type { TlsSettings } from './tls.ts';

export interface Settings {
  /** The domain's name: that of its folder, and the audience of its tokens. */
  readonly domain: string;
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string;
  /** Where notifications are listened to: the database itself, not a pooler that lends its sessions by transaction. */
  readonly listenUrl: string;
  readonly tokenIssuer: string;
  /** URL or path of the gateway's JWKS. */
  readonly tokenKeys: string;
  /** Tokens have to be bound to the body of their request, and each is taken once. */
  readonly requireBoundBody: boolean;
  /** Undefined: plain HTTP. */
  readonly tls: TlsSettings | undefined;
  readonly logLevel: string;
  readonly database: DatabaseSettings;
  readonly subscriptions: SubscriptionSettings;
}

/** The settings do not do; the message names each and what to write. */
export class SettingsError extends Error {}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** @param port wins over the variable; 0 takes any free one */
export function readSettings(domain: string, environment: NodeJS.ProcessEnv, port?: number): Settings {
  const problems: string[] = [];
  const { text, count, flag } = readers(environment, problems);
  const stem = domain.toUpperCase().replaceAll('-', '_');
  const database: Wanted = {
    meaning: `the database of ${domain}, as a role that only reads`,
    form: /^postgres(?:ql)?:\/\//,
    example: `postgres://${domain}_app:…@127.0.0.1:5432/${domain}`,
  };
  const listenVariable = `${stem}_LISTEN_DATABASE_URL`;
  const settings: Settings = {
    domain,
    host: environment['HOST'] ?? '127.0.0.1',
    port: port ?? count('PORT', undefined, 'the port to serve on'),
    databaseUrl: text(`${stem}_DATABASE_URL`, database),
    listenUrl: text(
      environment[listenVariable] === undefined ? `${stem}_DATABASE_URL` : listenVariable,
      database,
    ),
    tokenIssuer: text('TXN_TOKEN_ISSUER', {
      meaning: 'the issuer of the gateway’s tokens (its identity.issuer)',
      form: /./,
      example: 'http://127.0.0.1:4000',
    }),
    tokenKeys: text('TXN_TOKEN_JWKS', {
      meaning: 'where the gateway’s public keys are, a URL or a file',
      form: /./,
      example: 'http://127.0.0.1:4000/.well-known/jwks.json',
    }),
    requireBoundBody: flag('REQUIRE_BOUND_BODY', false),
    tls: tlsSettings(environment, problems),
    logLevel: environment['LOG_LEVEL'] ?? 'info',
    database: {
      statementTimeoutMs: count('STATEMENT_TIMEOUT_MS', DEFAULT_SETTINGS.statementTimeoutMs),
      rowCeiling: count('ROW_CEILING', DEFAULT_SETTINGS.rowCeiling),
      connections: count('DATABASE_CONNECTIONS', DEFAULT_SETTINGS.connections),
      connectTimeoutMs: count('DATABASE_CONNECT_TIMEOUT_MS', DEFAULT_SETTINGS.connectTimeoutMs),
      preparedStatements: flag('PREPARED_STATEMENTS', DEFAULT_SETTINGS.preparedStatements),
    },
    subscriptions: subscriptionSettings(count),
  };
  if (!LOG_LEVELS.includes(settings.logLevel))
    problems.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
  if (problems.length > 0) {
    throw new SettingsError(
      `The subgraph ${domain} cannot start:\n${[...new Set(problems)].map((line) => `  ${line}`).join('\n')}`,
    );
  }
  return settings;
}

function tlsSettings(environment: NodeJS.ProcessEnv, problems: string[]): TlsSettings | undefined {
  const { TLS_CERTIFICATE: certificate, TLS_KEY: key, TLS_CLIENT_CA: clientCa } = environment;
  if (certificate !== undefined && key !== undefined) return { certificate, key, clientCa };
  if (certificate !== undefined) problems.push('TLS_KEY is not set: the private key of TLS_CERTIFICATE');
  else if (key !== undefined) problems.push('TLS_CERTIFICATE is not set: the certificate of TLS_KEY');
  else if (clientCa !== undefined)
    problems.push('TLS_CLIENT_CA needs TLS_CERTIFICATE and TLS_KEY: without TLS there are no certificates');
  return undefined;
}

function subscriptionSettings(count: (name: string, otherwise: number) => number): SubscriptionSettings {
  const { most, longestMs, pingMs, initMs, stallMs } = DEFAULT_SUBSCRIPTION_SETTINGS;
  return {
    most: count('SUBSCRIPTIONS', most),
    longestMs: count('SUBSCRIPTION_LIFETIME_MS', longestMs),
    pingMs: count('SUBSCRIPTION_PING_MS', pingMs),
    initMs: count('SUBSCRIPTION_INIT_MS', initMs),
    stallMs: count('SUBSCRIPTION_STALL_MS', stallMs),
  };
}

interface Wanted {
  readonly meaning: string;
  readonly form: RegExp;
  readonly example: string;
}

/** Readers that note a problem and go on, so that all come in one message; no message repeats a value. */
function readers(environment: NodeJS.ProcessEnv, problems: string[]) {
  return {
    text(name: string, { meaning, form, example }: Wanted): string {
      const value = environment[name] ?? '';
      if (value === '') problems.push(`${name} is not set: ${meaning}, such as ${example}`);
      else if (!form.test(value)) problems.push(`${name} must look like ${example}`);
      return value;
    },
    count(name: string, otherwise: number | undefined, meaning = ''): number {
      const value = environment[name];
      if (value === undefined && otherwise !== undefined) return otherwise;
      if (value === undefined) problems.push(`${name} is not set: ${meaning}`);
      else if (!/^[1-9]\d{0,8}$/.test(value)) problems.push(`${name} must be a positive whole number`);
      return Number(value);
    },
    flag(name: string, otherwise: boolean): boolean {
      const value = environment[name];
      if (value !== undefined && !['true', 'false'].includes(value))
        problems.push(`${name} must be true or false`);
      return value === undefined ? otherwise : value === 'true';
    },
  };
}
