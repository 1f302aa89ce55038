/** What a JSON Schema cannot say: rules between settings, each of which would otherwise open a hole or a dead end. */
import { resolve } from 'node:path';
import { serviceTokenIssuer } from '../authenticate/service-tokens/issuer.ts';
import { isComposed } from '../snapshot/is-composed.ts';
import { checkForwarded } from './check-forwarded.ts';
import { checkLogin } from './check-login.ts';
import { checkZones } from './check-zones.ts';
import type { Fault, Path, Report } from './config-error.ts';
import { keyPath } from './config-error.ts';
import { defaults } from './defaults.ts';
import type { ConfigFile, IssuerEntry } from './file.ts';
import { isLoopback } from './loopback.ts';
import type { YamlFile } from './read-yaml.ts';

export function checkSense(config: ConfigFile, host: string, file: YamlFile): readonly Fault[] {
  const faults: Fault[] = [];
  const report: Report = (path, message) =>
    faults.push({ line: file.lineOf(path), message: `${keyPath(path)} ${message}` });
  checkTls(config, report);
  checkAdmin(config, host, report);
  checkIssuers(config, report);
  checkExplorer(config, host, report);
  checkLogin(config, report);
  checkRules(config, report);
  checkOrigins(config, report);
  for (const { zone, index, message } of checkZones(config.zones ?? {}))
    report(['zones', zone, index], message);
  for (const { subgraph, index, message } of checkForwarded(config.forwardHeaders ?? {}))
    report(['forwardHeaders', subgraph, index], message);
  return faults;
}

function checkTls({ listen, authentication }: ConfigFile, report: Report): void {
  const { clientCa, clientCertificates = defaults.clientCertificates } = listen?.tls ?? {};
  if (clientCertificates !== 'none' && clientCa === undefined) {
    report(
      ['listen', 'tls', 'clientCertificates'],
      `is ${clientCertificates}, and there is no authority whose certificates count. Set listen.tls.clientCa.`,
    );
  }
  for (const [index, { requireBoundTokens }] of authentication.issuers.entries()) {
    if (requireBoundTokens !== true || clientCertificates !== 'none') continue;
    report(
      ['authentication', 'issuers', index, 'requireBoundTokens'],
      'asks for tokens that are bound to certificates, and clients are asked for none: nobody of this issuer could call. Set listen.tls.clientCertificates.',
    );
  }
  if (clientCertificates === 'none' && clientCa !== undefined) {
    report(
      ['listen', 'tls', 'clientCa'],
      'has no use while clients are asked for no certificate. Set clientCertificates to optional or required, or remove this.',
    );
  }
}

function checkAdmin({ listen, admin }: ConfigFile, host: string, report: Report): void {
  if (admin === undefined || admin.port === 0) return;
  const { port = defaults.listen.port } = listen ?? {};
  if (admin.port === port && areOne(host, admin.host ?? defaults.admin.host))
    report(
      ['admin', 'port'],
      `is the port of listen at the same address: who may ask there would see metrics. Choose another one than ${port}.`,
    );
}

/** On some systems, an address can be bound beside all of them, and takes what was meant for them. */
function areOne(one: string, other: string): boolean {
  const all = ['0.0.0.0', '::'];
  return one === other || all.includes(one) || all.includes(other) || (isLoopback(one) && isLoopback(other));
}

function checkIssuers({ authentication, identity }: ConfigFile, report: Report): void {
  const seen = new Set<string>();
  for (const [index, entry] of authentication.issuers.entries()) {
    const path = ['authentication', 'issuers', index];
    if (seen.has(entry.issuer))
      report([...path, 'issuer'], 'stands here twice. Keep one of the two entries.');
    seen.add(entry.issuer);
    if (entry.issuer === serviceTokenIssuer)
      report(
        [...path, 'issuer'],
        'is the name of service tokens: its tokens could pass for them. Choose another one.',
      );
    checkKeySource(entry, path, report);
    checkClaims(entry, path, report);
  }
  if (seen.has(identity.issuer)) {
    report(
      ['identity', 'issuer'],
      "is one of authentication.issuers: then the gateway's own tokens could pass for a caller's. Choose another name.",
    );
  }
  if (identity.issuer === serviceTokenIssuer)
    report(['identity', 'issuer'], 'is the name of service tokens. Choose another one.');
  const isAnyToken = seen.size > 0 || authentication.serviceTokens !== undefined;
  if (!isAnyToken && authentication.anonymous !== 'allow') {
    report(
      ['authentication', 'issuers'],
      'is empty and anonymous requests are denied: nobody could call. Add an issuer or serviceTokens, or set anonymous: allow.',
    );
  }
}

function checkRules({ supergraph, policies, measure, enforces }: ConfigFile, report: Report): void {
  if (measure !== undefined && policies === undefined) {
    report(['measure'], 'has nothing that it could be compared with. Set policies, or remove this.');
  }
  if (measure !== undefined && policies !== undefined && resolve(measure) === resolve(policies)) {
    report(['measure'], 'is the folder in force. Give the one with the changes, or remove this.');
  }
  if (enforces !== undefined && !isComposed(supergraph)) {
    report(
      ['enforces'],
      'is for a composed supergraph. Write it into the entries of the subgraphs in supergraph.yaml.',
    );
  }
}

/** As browsers write it: what differs from that by a slash would never be equal to it. */
function checkOrigins({ cors }: ConfigFile, report: Report): void {
  for (const [index, text] of (cors?.origins ?? []).entries()) {
    const path = ['cors', 'origins', index];
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isPage = url?.protocol === 'https:' || url?.protocol === 'http:';
    if (!isPage || text.includes('*'))
      report(path, 'is no origin of a page. Write each out: https://app.example.com, with no wildcard.');
    else if (url.origin !== text) report(path, `is not as browsers write it. Write ${url.origin}.`);
  }
}

function checkKeySource(entry: IssuerEntry, path: Path, report: Report): void {
  for (const name of ['discovery', 'jwksUrl'] as const) {
    const text = entry[name];
    if (text === undefined) continue;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.protocol === 'https:') continue;
    if (url?.protocol !== 'http:') report([...path, name], 'is no http(s) URL. Write https://….');
    else if (!isLoopback(url.hostname) && entry.allowPlainHttp !== true) {
      report(
        [...path, name],
        'is plain http: to another host, where keys can be replaced on the way. Use https:, or set allowPlainHttp: true.',
      );
    }
  }
}

/** Who has a purpose or breaks the glass is somebody's decision: a claim that means two things decides one of them by accident. */
function checkClaims(
  { claims = {}, scopeClaim = defaults.issuer.scopeClaim }: IssuerEntry,
  path: Path,
  report: Report,
): void {
  const seen = new Map<string, string>([[scopeClaim, 'scopeClaim']]);
  for (const [name, claim] of Object.entries(claims)) {
    if (typeof claim !== 'string') continue;
    const other = seen.get(claim);
    seen.set(claim, name);
    if (other !== undefined)
      report([...path, 'claims', name], `names the claim of ${other} too. Give each its own.`);
  }
}

function checkExplorer({ explorer }: ConfigFile, host: string, report: Report): void {
  if (explorer?.personas === undefined) return;
  const path = ['explorer', 'personas'];
  if (explorer.enabled !== true)
    report(path, 'has no use while explorer.enabled is not true. Enable it, or remove this.');
  if (!isLoopback(host)) {
    report(path, `hands tokens to everybody who can reach ${host}. Listen on 127.0.0.1, or remove this.`);
  }
  const { tokenEndpoint } = explorer.personas;
  if (!URL.canParse(tokenEndpoint) || !isLoopback(new URL(tokenEndpoint).hostname)) {
    report(
      [...path, 'tokenEndpoint'],
      'is not on this machine. Personas are for a demo; write http://127.0.0.1:….',
    );
  }
}
