/** What the tests use of oidc-provider beyond what the demo does; the package has no types of its own. */
import type { IncomingMessage, ServerResponse } from 'node:http';

declare module 'oidc-provider/lib/provider.js' {
  interface Provider {
    readonly Grant: new (of: { readonly accountId: string; readonly clientId: string }) => Grant;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: { readonly login: { readonly accountId: string }; readonly consent: object },
    ): Promise<void>;
  }

  interface Grant {
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  }
}
