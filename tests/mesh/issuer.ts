/** An issuer of tokens for tests: its keys in a file, as a gateway can be configured to read them. */
import { writeFile } from 'node:fs/promises';
import { type Claims, personas } from '@portcullis/demo/identity/personas';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export const issuer = 'https://identity.test';
export const audience = 'portcullis';

export interface TestIssuer {
  /** A token of one of the demo's personas. */
  token(persona: string): Promise<string>;
  /** A token of somebody with exactly these scopes, of whom it says no more than that. */
  tokenWith(scopes: readonly string[], claims?: Partial<Claims>): Promise<string>;
}

export async function createIssuer(jwksFile: string): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' };
  await writeFile(jwksFile, JSON.stringify({ keys: [jwk] }));
  const sign = (subject: string, scopes: readonly string[], claims: Partial<Claims>) =>
    new SignJWT({ ...claims, scope: scopes.join(' '), client_id: subject })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'test' })
      .setIssuer(issuer)
      .setSubject(subject)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
  return {
    token(persona) {
      const found = personas.find(({ name }) => name === persona);
      if (found === undefined) throw new TypeError(`there is no persona ${persona}`);
      return sign(persona, found.scopes, found.claims);
    },
    tokenWith: (scopes, claims = {}) => sign('somebody', scopes, claims),
  };
}
