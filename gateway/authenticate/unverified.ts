/** What a token says before anybody has checked it: enough to choose the issuer, and to refuse what is malformed. */
import { JsonError, parseJson } from '../json/parse-json.ts';
import { isPlainText } from './plain-text.ts';
import { refuseToken } from './refusal.ts';

const malformed = { kind: 'malformed' } as const;

export interface UnverifiedToken {
  readonly iss: string;
  /** Undefined: not in the form of one. */
  readonly sub: string | undefined;
  readonly exp: number | undefined;
  readonly kid: string | undefined;
}

export function readUnverified(token: string): UnverifiedToken {
  const [header = '', payload = ''] = token.split('.');
  const { kid } = checkedHeader(members(header, 'header'));
  const { iss, sub, exp } = members(payload, 'payload');
  if (typeof iss !== 'string') return refuseToken('the token names no issuer', malformed);
  return {
    iss,
    kid,
    sub: isPlainText(sub) ? sub : undefined,
    exp: typeof exp === 'number' ? exp : undefined,
  };
}

/** `jku`, `jwk`, `x5u` and `x5c` are not looked at, here or later: keys come from configuration alone (RFC 8725 §3.10). */
function checkedHeader(header: Readonly<Record<string, unknown>>): { readonly kid: string | undefined } {
  // RFC 7515 §4.1.11: who does not understand a critical extension must refuse; none is understood here, `b64` included.
  if ('crit' in header || 'b64' in header) return refuseToken('the token demands an extension', malformed);
  const { kid } = header;
  if (kid === undefined) return { kid };
  if (typeof kid !== 'string' || !/^[\x21-\x7e]{1,256}$/.test(kid))
    return refuseToken('the key id is malformed', malformed);
  return { kid };
}

function members(segment: string, part: string): Readonly<Record<string, unknown>> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(segment, 'base64url'));
    const value = parseJson(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (error) {
    if (!(error instanceof JsonError || error instanceof TypeError)) throw error;
    return refuseToken(
      `the ${part} of the token ${error instanceof JsonError ? error.message : 'is not UTF-8'}`,
      { ...malformed, cause: error },
    );
  }
  return refuseToken(`the ${part} of the token is no object`, malformed);
}
