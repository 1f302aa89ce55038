/** Two identity providers whose tokens a test signs as it likes, right or wrong; both call their key the same. */
import { createSigner, type Signer, serve, trustedIssuer } from '@portcullis/gateway/authenticate/fixture';
import type { TrustedIssuer } from '@portcullis/gateway/authenticate/issuer';

export interface Provider {
  readonly issuer: TrustedIssuer;
  readonly signer: Signer;
  /** Of ann, valid now. */
  claims(more?: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** The value of an `authorization` header. */
  bearer(more?: Readonly<Record<string, unknown>>, header?: string | object): string;
}

export interface Providers {
  readonly one: Provider;
  readonly two: Provider;
  /** A second key of the first provider's. */
  readonly rsa: Signer;
  readonly issuers: readonly TrustedIssuer[];
  close(): Promise<void>;
}

export const claimNames: TrustedIssuer['claims'] = {
  kind: undefined,
  roles: 'roles',
  teams: 'teams',
  purposes: 'purposes',
  purpose: 'purpose',
  breakGlass: 'break_glass',
  attributes: { region: 'region', tenant: 'tenant' },
};

/** @param more of what the gateway knows of both */
export async function openProviders(more: Partial<TrustedIssuer> = {}): Promise<Providers> {
  const [first, second, rsa] = [createSigner('k1'), createSigner('k1'), createSigner('rsa', 'RS256')];
  const server = await serve((request, response) =>
    response.end(JSON.stringify({ keys: request.url === '/two' ? [second.jwk] : [first.jwk, rsa.jwk] })),
  );
  const provider = (name: string, signer: Signer): Provider => {
    const issuer = trustedIssuer(`https://${name}.example`, `${server.url}/${name}`, {
      claims: claimNames,
      ...more,
    });
    const claims: Provider['claims'] = (changed) => ({ ...validClaims(issuer.issuer), ...changed });
    const bearer: Provider['bearer'] = (changed, header) => `Bearer ${signer.token(claims(changed), header)}`;
    return { issuer, signer, claims, bearer };
  };
  const [one, two] = [provider('one', first), provider('two', second)];
  return {
    one,
    two,
    rsa,
    issuers: [one.issuer, two.issuer],
    close: () => server.close(),
  };
}

function validClaims(iss: string): Readonly<Record<string, unknown>> {
  const iat = now();
  return { iss, aud: 'portcullis', sub: 'ann', client_id: 'bi', scope: 'any', iat, exp: iat + 600 };
}

/** Seconds since the epoch. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}
