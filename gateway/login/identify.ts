/** Whether a token counts: asked as for any request, so that there is no second opinion about that. */
import { ClientError } from '../errors.ts';
import type { SchemaStages, Surroundings } from '../pipeline.ts';
import type { AuthenticatedPrincipal } from '../request.ts';

/** Undefined: it does not count. Why has been told. */
export type Identify = (token: string) => Promise<AuthenticatedPrincipal | undefined>;

const method = 'GET';
const url = '/v1/schema.graphql';
const body = Buffer.alloc(0);

export function createIdentify(
  { receiveSchema, authenticate }: Pick<SchemaStages, 'receiveSchema' | 'authenticate'>,
  createContext: Surroundings['createContext'],
): Identify {
  return async (token) => {
    const headers = { authorization: `Bearer ${token}` };
    const http = { method, url, headers, body, signal: new AbortController().signal };
    try {
      const { principal } = await authenticate(receiveSchema(http, createContext(http)));
      return principal.kind === 'anonymous' ? undefined : principal;
    } catch (error) {
      if (error instanceof ClientError) return undefined;
      throw error;
    }
  };
}
