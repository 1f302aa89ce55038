/** What a token says of its holder that rules look at. A claim that is there has to be of its type; absent ones say nothing. */
import type { JWTPayload } from 'jose';
import type { AuthenticatedPrincipal } from '../request.ts';
import { isPlainText, plainText } from './plain-text.ts';
import { refuseToken } from './refusal.ts';

type Kind = AuthenticatedPrincipal['kind'];
const kinds: ReadonlySet<unknown> = new Set<Kind>(['human', 'service', 'bi']);

/** Whoever has a token is not anonymous, whatever it says. */
export function kindOf(claims: JWTPayload, name: string | undefined): Kind | undefined {
  const value = claimNamed(claims, name);
  if (value === undefined) return undefined;
  return isKind(value) ? value : refuseToken('the kind is none of human, service and bi');
}

function isKind(value: unknown): value is Kind {
  return kinds.has(value);
}

/** A list, even of one: a text could be one name, or several in a row. */
export function namesOf(claims: JWTPayload, name: string | undefined, what: string): ReadonlySet<string> {
  const value = claimNamed(claims, name);
  if (value === undefined) return none;
  return isTexts(value) ? new Set(value) : refuseToken(`${what} are no list of plain texts`);
}

const none: ReadonlySet<string> = new Set();

export function purposeOf(claims: JWTPayload, name: string | undefined): string | undefined {
  const value = claimNamed(claims, name);
  return value === undefined ? undefined : plainText(value, 'the purpose');
}

/** The purpose of the token itself is granted with it; a list without it contradicts the token. */
export function grantedPurposes(
  claims: JWTPayload,
  name: string | undefined,
  purpose: string | undefined,
): ReadonlySet<string> {
  const listed = namesOf(claims, name, 'the purposes');
  if (purpose === undefined || listed.has(purpose)) return listed;
  return claimNamed(claims, name) === undefined
    ? new Set([purpose])
    : refuseToken('the purpose is not one of the purposes');
}

export function mayBreakGlass(claims: JWTPayload, name: string | undefined): boolean {
  const value = claimNamed(claims, name);
  if (value === undefined) return false;
  return typeof value === 'boolean'
    ? value
    : refuseToken('whether the glass may be broken is no true or false');
}

type Attribute = string | number | readonly string[];

/** @param names the claim of each attribute */
export function attributesOf(
  claims: JWTPayload,
  names: Readonly<Record<string, string>>,
): ReadonlyMap<string, Attribute> {
  const attributes = new Map<string, Attribute>();
  for (const [attribute, name] of Object.entries(names)) {
    const value = claimNamed(claims, name);
    if (value === undefined) continue;
    if (!isAttribute(value))
      return refuseToken('an attribute is no plain text, whole number or list of plain texts');
    attributes.set(attribute, Array.isArray(value) ? Object.freeze([...value]) : value);
  }
  return attributes;
}

function isAttribute(value: unknown): value is Attribute {
  return isPlainText(value) || Number.isSafeInteger(value) || isTexts(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isPlainText);
}

/** Of its own: `constructor` is no claim unless the token has one. */
function claimNamed(claims: JWTPayload, name: string | undefined): unknown {
  return name !== undefined && Object.hasOwn(claims, name) ? claims[name] : undefined;
}
