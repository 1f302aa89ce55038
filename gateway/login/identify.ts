/** Whether a token counts: asked as for any request, so that there is no second opinion about that. */
import { ClientError } from '../errors.ts';
import type { SchemaStages, Surroundings } from '../pipeline.ts';
import type { AuthenticatedPrincipal } from '../request.ts';

/** From where somebody asks, as it is looked at for any request: who fails too often is refused there, and nowhere else. */
export interface Place {
  /** The other end of the connection. */
  readonly address: string | undefined;
  /** What proxies say of it. */
  readonly forwardedFor: string | undefined;
}

/** Undefined: it does not count. Why has been told. */
export type Identify = (token: string, place: Place) => Promise<AuthenticatedPrincipal | undefined>;

const method = 'GET';
const url = '/v1/schema.graphql';
const body = Buffer.alloc(0);

export function createIdentify(
  { receiveSchema, authenticate }: Pick<SchemaStages, 'receiveSchema' | 'authenticate'>,
  createContext: Surroundings['createContext'],
): Identify {
  return async (token, { address, forwardedFor }) => {
    const forwarded = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
    const headers = { authorization: `Bearer ${token}`, ...forwarded };
    const http = { method, url, headers, address, body, signal: new AbortController().signal };
    try {
      const { principal } = await authenticate(receiveSchema(http, createContext(http)));
      return principal.kind === 'anonymous' ? undefined : principal;
    } catch (error) {
      if (error instanceof ClientError) return undefined;
      throw error;
    }
  };
}
