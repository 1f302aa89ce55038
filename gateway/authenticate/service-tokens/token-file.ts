/** The file of service tokens, read strictly: it holds no secret, but says who may what. */
import { JsonError, parseJson } from '../../json/parse-json.ts';
import { isPlainText } from '../plain-text.ts';
import { checkedTokens, type StoredToken } from './stored-token.ts';
import { type Members, membersOf, TokenFileError, textsOf } from './strict-json.ts';

export interface ServicePrincipal {
  readonly kind: 'service' | 'bi';
  readonly roles: readonly string[];
  readonly teams: readonly string[];
  readonly scopes: readonly string[];
  /** Those that it may ask for. */
  readonly purposes: readonly string[];
  readonly attributes: Readonly<Record<string, string | number | readonly string[]>>;
  /** Names of subgraphs; undefined: of all. */
  readonly products: readonly string[] | undefined;
  readonly tokens: readonly StoredToken[];
}

/** By name. */
export type ServicePrincipals = ReadonlyMap<string, ServicePrincipal>;

/** Two overlap while a client is given the new one; a third would be one that nobody misses. */
export const mostTokens = 2;

const rights = ['kind', 'roles', 'teams', 'scopes', 'purposes', 'attributes', 'products'] as const;

/**
 * @param now seconds since the epoch
 * @throws TokenFileError saying what is wrong and where
 */
export function parseTokenFile(text: string, now: number): ServicePrincipals {
  const { version, principals } = membersOf(parsed(text), 'the file', ['version', 'principals']);
  if (version !== 1) throw new TokenFileError('`version` has to be 1');
  const found = new Map<string, ServicePrincipal>();
  const ids = new Set<string>();
  for (const [name, value] of Object.entries(membersOf(principals, '`principals`'))) {
    if (!isPrincipalName(name)) throw new TokenFileError(`${JSON.stringify(name)} is no name: ${nameRule}`);
    const principal = principalOf(value, name, now);
    for (const { id } of principal.tokens) {
      if (ids.has(id)) throw new TokenFileError(`the token ${id} stands there twice`);
      ids.add(id);
    }
    found.set(name, principal);
  }
  return found;
}

/** Of the same contents the same text. */
export function printTokenFile(principals: ServicePrincipals): string {
  const sorted = [...principals].sort(([one], [other]) => (one < other ? -1 : 1));
  const written = sorted.map(([name, { tokens, ...principal }]) => {
    const stored = tokens.map(({ created, expires, ...token }) => ({
      ...token,
      created: timeText(created),
      expires: timeText(expires),
    }));
    return [name, { ...principal, tokens: stored }] as const;
  });
  return `${JSON.stringify({ version: 1, principals: Object.fromEntries(written) }, undefined, 2)}\n`;
}

/** @param seconds since the epoch */
export function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

export const nameRule = 'use a letter or digit, then up to 63 letters, digits, `-`, `_` and `.`';

export function isPrincipalName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name);
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) throw new TokenFileError(`the file ${error.message}`, { cause: error });
    throw error;
  }
}

function principalOf(value: unknown, name: string, now: number): ServicePrincipal {
  const { kind, attributes, products, tokens, ...lists } = membersOf(
    value,
    `\`${name}\``,
    [...rights, 'tokens'],
    ['products'],
  );
  const listOf = (list: 'roles' | 'teams' | 'scopes' | 'purposes') =>
    textsOf(lists[list], `\`${name}.${list}\``);
  if (kind !== 'service' && kind !== 'bi')
    throw new TokenFileError(`\`${name}.kind\` has to be "service" or "bi"`);
  return {
    kind,
    roles: listOf('roles'),
    teams: listOf('teams'),
    scopes: scopesOf(listOf('scopes'), name),
    purposes: listOf('purposes'),
    attributes: attributesOf(membersOf(attributes, `\`${name}.attributes\``), name),
    products: products === undefined ? undefined : textsOf(products, `\`${name}.products\``),
    tokens: checkedTokens(tokens, { name, now, most: mostTokens }),
  };
}

/** They are written with spaces between them into the tokens for subgraphs (RFC 6749 §3.3). */
function scopesOf(scopes: readonly string[], name: string): readonly string[] {
  const wrong = scopes.find((scope) => !isScope(scope));
  if (wrong === undefined) return scopes;
  throw new TokenFileError(`\`${name}.scopes\` has ${JSON.stringify(wrong)}, which is no scope`);
}

export function isScope(text: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(text);
}

function attributesOf(attributes: Members, name: string): ServicePrincipal['attributes'] {
  for (const [attribute, value] of Object.entries(attributes)) {
    const isList = Array.isArray(value) && value.every(isPlainText);
    if (isPlainText(value) || Number.isSafeInteger(value) || isList) continue;
    const place = `\`${name}.attributes.${attribute}\``;
    throw new TokenFileError(`${place} is no plain text, whole number or list of plain texts`);
  }
  return attributes as ServicePrincipal['attributes'];
}
