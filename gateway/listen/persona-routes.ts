/**
 * The demo's persona switch: names for everybody on this machine, and tokens for them. `config` admits it on loopback
 * only; the client secrets stay in the identity provider's state file and in this process.
 */
import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import type { PersonaSwitch } from '../config.ts';
import { errorBody } from './errors.ts';
import { refuseForeignHost, refuseForeignPage } from './loopback-only.ts';

/** One entry of the identity provider's state file. */
interface PersonaClient {
  readonly name: string;
  readonly description: string;
  readonly scopes: readonly string[];
  readonly clientId: string;
  readonly clientSecret: string;
}

export function servePersonas(app: FastifyInstance, personas: PersonaSwitch | undefined): void {
  app.get('/explorer/personas.json', { onRequest: refuseForeignHost }, async (_, reply) => {
    const clients = personas === undefined ? [] : await readClients(personas);
    return reply
      .header('cache-control', 'no-store')
      .send(clients.map(({ name, description }) => ({ name, description })));
  });
  if (personas === undefined) return;

  app.post('/demo/token', { onRequest: [refuseForeignHost, refuseForeignPage] }, async (request, reply) => {
    const name = new URLSearchParams(request.raw.url?.split('?')[1]).get('persona');
    const clients = await readClients(personas);
    const client = clients.find((candidate) => candidate.name === name);
    reply.header('cache-control', 'no-store');
    if (client === undefined) {
      const known = clients.map((candidate) => candidate.name).join(', ');
      return reply.code(404).send(errorBody('NOT_FOUND', `There is no such persona. Take one of: ${known}.`));
    }
    return reply.send(await fetchToken(personas.tokenEndpoint, client));
  });
}

async function readClients({ clientsFile }: PersonaSwitch): Promise<readonly PersonaClient[]> {
  const state = JSON.parse(await readFile(clientsFile, 'utf8')) as {
    readonly personas: readonly PersonaClient[];
  };
  return state.personas;
}

/** OAuth 2.0 client credentials (RFC 6749 §4.4), the client's own by HTTP Basic (§2.3.1). */
async function fetchToken(
  endpoint: string,
  { clientId, clientSecret, scopes }: PersonaClient,
): Promise<unknown> {
  const credentials = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  const response = await fetch(endpoint, {
    method: 'POST',
    redirect: 'manual',
    signal: AbortSignal.timeout(5_000),
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: scopes.join(' ') }),
  });
  if (response.status !== 200)
    throw new Error(`the identity provider answered with status ${response.status}`);
  const { access_token, expires_in } = (await response.json()) as Readonly<Record<string, unknown>>;
  return { access_token, expires_in };
}
