/** Clients of a provider, by openid-client: they discover it and ask for tokens as any would. */
import * as openid from 'openid-client';
import { gatewayResource, type ProviderClient } from './provider-configuration.ts';

/** Of one client, whenever it wants one. */
export type Tokens = (wanted?: { readonly scope?: string; readonly resource?: string }) => Promise<string>;

export async function clientOf(issuer: string, client: ProviderClient): Promise<Tokens> {
  const configuration = await openid.discovery(
    new URL(issuer),
    client.clientId,
    undefined,
    openid.ClientSecretBasic(client.clientSecret),
    { execute: [openid.allowInsecureRequests] },
  );
  return async ({ scope = client.scopes.join(' '), resource = gatewayResource } = {}) => {
    const { access_token: token } = await openid.clientCredentialsGrant(configuration, { scope, resource });
    return token;
  };
}
