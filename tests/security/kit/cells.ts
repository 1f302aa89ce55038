/** The replay matrix: which token counts where, as a rule of its own that knows nothing of how any of it is carried out. */

export type Server = 'gateway' | 'alpha' | 'beta';

export interface Token {
  readonly name: string;
  readonly text: string;
  /** The only ones by which it was made to be taken; undefined: it is not what it seems, or not any more. */
  readonly good: 'as access token' | 'as service token' | 'for alpha' | 'for beta' | undefined;
}

/** Where a token can stand in a request. */
export const places = ['Bearer', 'Basic', 'Txn-Token', 'cookie', 'address', 'connection_init'] as const;
export type Place = (typeof places)[number];

/** The whole of docs/decisions/0005 and 0017 on this: whom a token is for, and where it may stand there. */
export function counts({ good }: Token, place: Place, server: Server): boolean {
  switch (good) {
    case 'as access token':
      return server === 'gateway' && (place === 'Bearer' || place === 'connection_init');
    case 'as service token':
      return server === 'gateway' && (place === 'Bearer' || place === 'Basic' || place === 'connection_init');
    case 'for alpha':
      return server === 'alpha' && (place === 'Txn-Token' || place === 'connection_init');
    case 'for beta':
      return server === 'beta' && (place === 'Txn-Token' || place === 'connection_init');
    case undefined:
      return false;
  }
}

/** As headers and as a part of the address. */
export function placed(
  text: string,
  place: Place,
): { readonly headers: Readonly<Record<string, string>>; readonly search: string } {
  switch (place) {
    case 'Bearer':
      return { headers: { authorization: `Bearer ${text}` }, search: '' };
    case 'Basic':
      return {
        headers: { authorization: `Basic ${Buffer.from(`bi:${text}`).toString('base64')}` },
        search: '',
      };
    case 'Txn-Token':
      return { headers: { 'txn-token': text }, search: '' };
    case 'cookie':
      return { headers: { cookie: `access_token=${text}; txn-token=${text}; session=${text}` }, search: '' };
    case 'address':
      return { headers: {}, search: `access_token=${text}&token=${text}` };
    case 'connection_init':
      return { headers: {}, search: '' };
  }
}

/** The payload of `connection_init`, by every name that one could look for. */
export function payloadOf(text: string, place: Place): object | undefined {
  return place === 'connection_init'
    ? { Authorization: `Bearer ${text}`, txnToken: text, token: text, headers: { authorization: text } }
    : undefined;
}
