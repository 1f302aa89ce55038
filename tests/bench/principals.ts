/** Who asks: people with access tokens that a real issuer could have signed. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export const issuer = 'https://issuer.example';
export const audience = 'portcullis';

export interface Principals {
  readonly count: number;
  /** The issuer's public keys. */
  readonly jwksFile: string;
  /** A JSON array of tokens, another person's each. */
  readonly tokensFile: string;
}

export async function makePrincipals(folder: string, count: number): Promise<Principals> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const tokens: string[] = [];
  for (let person = 0; person < count; person += 1) {
    const token = new SignJWT({ scope: 'shop:read', client_id: 'bench' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: '1' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(`person-${person}`)
      .setIssuedAt()
      .setExpirationTime('3h')
      .setJti(String(person));
    tokens.push(await token.sign(privateKey));
  }
  const files = { jwksFile: join(folder, 'jwks.json'), tokensFile: join(folder, 'tokens.json') };
  const key = { ...(await exportJWK(publicKey)), kid: '1', alg: 'ES256' };
  await writeFile(files.jwksFile, JSON.stringify({ keys: [key] }));
  await writeFile(files.tokensFile, JSON.stringify(tokens));
  return { count, ...files };
}
