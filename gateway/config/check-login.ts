/** `explorer.login`: where people sign in has to be trusted already, and where they come back to has to be ours. */
import type { Path, Report } from './config-error.ts';
import type { ConfigFile, IssuerEntry, LoginEntry } from './file.ts';
import { isLoopback } from './loopback.ts';

const path: Path = ['explorer', 'login'];

export function checkLogin({ explorer = {}, authentication }: ConfigFile, report: Report): void {
  const { login, personas, enabled } = explorer;
  if (login === undefined) return;
  if (enabled !== true)
    report(path, 'has no use while explorer.enabled is not true. Enable it, or remove this.');
  if (personas !== undefined)
    report(
      path,
      'stands beside explorer.personas: people sign in, or take a persona. Remove one of the two.',
    );
  checkPublicUrl(login, report);
  const issuer = authentication.issuers.find((entry) => entry.issuer === login.issuer);
  if (issuer === undefined)
    report(
      [...path, 'issuer'],
      'is none of authentication.issuers: the tokens of whoever signs in would be refused. Add it there, or name one of them.',
    );
  else checkIssuer(login, issuer, report);
}

function checkIssuer({ clientId }: LoginEntry, issuer: IssuerEntry, report: Report): void {
  if (issuer.discovery === undefined)
    report(
      [...path, 'issuer'],
      'has no discovery, which says where people sign in. Set discovery of that issuer.',
    );
  if (issuer.requireBoundTokens === true)
    report(
      [...path, 'issuer'],
      'has requireBoundTokens: a page has no client certificate to which its token could be bound, so that nobody could sign in. Take people from another issuer, or remove this.',
    );
  if (issuer.clients?.includes(clientId) === false)
    report(
      [...path, 'clientId'],
      "is none of its issuer's clients: the tokens of whoever signs in would be refused. Add it there.",
    );
  // OpenID Connect Core §2: the audience of an ID token is the client.
  if (issuer.audience === clientId)
    report(
      [...path, 'clientId'],
      'is the audience of its issuer: ID tokens, which are for the explorer alone, could pass for access tokens. Register the explorer as a client of its own.',
    );
}

/** Its cookies are `Secure`, and what a browser does with those on plain http: is for loopback alone to try. */
function checkPublicUrl({ publicUrl }: LoginEntry, report: Report): void {
  const at = [...path, 'publicUrl'];
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined;
  if (url === undefined || `${url.origin}/` !== url.href)
    report(at, 'is not where a gateway is. Write https:// and a host, without a path: the explorer is at /.');
  else if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
    report(at, 'is not https:, without which no browser keeps a session. Write https://….');
}
