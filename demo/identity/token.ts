/** Gets a persona's access token from the running identity provider, as a client of its own would. */
import { type ClientsFile, clientsFile, readIfPresent } from './state.ts';

/** A refusal whose text is for the person who asked. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
}

/** @throws TokenError if there is no such persona, or no provider that answers */
export async function fetchToken(
  persona: string,
  options: { readonly stateFolder: string },
): Promise<string> {
  const { tokenEndpoint, personas } = await readClients(options.stateFolder);
  const client = personas.find(({ name }) => name === persona);
  if (client === undefined) {
    const known = personas.map(({ name }) => name).join(', ');
    throw new TokenError(`There is no persona "${persona}". Take one of: ${known}.`);
  }
  const credentials = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64');
  const response = await ask(tokenEndpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: client.scopes.join(' ') }),
  });
  const answer = (await response.json()) as Readonly<Record<string, unknown>>;
  if (typeof answer['access_token'] === 'string') return answer['access_token'];
  throw new TokenError(
    `The identity provider gave no token (${String(answer['error'])}). Start the demo anew.`,
  );
}

async function readClients(stateFolder: string): Promise<ClientsFile> {
  const text = await readIfPresent(clientsFile(stateFolder));
  if (text !== undefined) return JSON.parse(text) as ClientsFile;
  throw new TokenError('The demo has not been started here yet. Run npm start first, and leave it running.');
}

async function ask(endpoint: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(endpoint, { ...request, signal: AbortSignal.timeout(5_000) });
  } catch (cause) {
    throw new TokenError(
      `The identity provider at ${endpoint} does not answer. Run npm start, and leave it running.`,
      {
        cause,
      },
    );
  }
}
