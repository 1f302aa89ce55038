/** What the identity provider keeps in the demo's state folder: its signing key, and each persona's client secret. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { type Persona, personas } from './personas.ts';

/** A client asks for scopes; what it is told about itself stands in the token. */
export interface PersonaClient extends Omit<Persona, 'claims'> {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The file that token clients read: the command line, and the gateway's persona switch. */
export interface ClientsFile {
  readonly tokenEndpoint: string;
  readonly personas: readonly PersonaClient[];
}

export function clientsFile(stateFolder: string): string {
  return join(stateFolder, 'identity', 'clients.json');
}

/** The key is made at the first start and kept, so that tokens outlive a restart. */
export async function signingKey(stateFolder: string): Promise<JWK> {
  const file = join(stateFolder, 'identity', 'signing-key.json');
  const kept = await readIfPresent(file);
  if (kept !== undefined) return JSON.parse(kept) as JWK;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = {
    ...(await exportJWK(privateKey)),
    alg: 'ES256',
    use: 'sig',
    kid: randomBytes(8).toString('hex'),
  };
  await writePrivately(file, key);
  return key;
}

/** Secrets are kept; names, scopes and the endpoint follow the sources and this start. */
export async function personaClients(
  stateFolder: string,
  tokenEndpoint: string,
): Promise<readonly PersonaClient[]> {
  const file = clientsFile(stateFolder);
  const text = await readIfPresent(file);
  const kept = text === undefined ? [] : (JSON.parse(text) as ClientsFile).personas;
  const clients = personas.map(({ name, description, scopes }) => ({
    name,
    description,
    scopes,
    clientId: name,
    clientSecret:
      kept.find((client) => client.name === name)?.clientSecret ?? randomBytes(32).toString('base64url'),
  }));
  await writePrivately(file, { tokenEndpoint, personas: clients } satisfies ClientsFile);
  return clients;
}

export async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT')
      return undefined;
    throw error;
  }
}

/** Whole or not at all, and readable by its owner alone from the first byte on. */
async function writePrivately(file: string, value: unknown): Promise<void> {
  const folder = join(file, '..');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const draft = `${file}.${process.pid}`;
  // Made anew, so that neither a link nor the mode of a file that was there decides who reads it.
  await rm(draft, { force: true });
  await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
}
