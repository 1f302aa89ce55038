/** What a JSON Schema cannot say: rules between settings, each of which would otherwise open a hole or a dead end. */
import type { Fault } from './config-error.ts';
import { keyPath } from './config-error.ts';
import type { ConfigFile, IssuerEntry } from './file.ts';
import { isLoopback } from './loopback.ts';
import type { YamlFile } from './read-yaml.ts';

type Path = readonly (string | number)[];
type Report = (path: Path, message: string) => void;

export function checkSense(config: ConfigFile, host: string, file: YamlFile): readonly Fault[] {
  const faults: Fault[] = [];
  const report: Report = (path, message) =>
    faults.push({ line: file.lineOf(path), message: `${keyPath(path)} ${message}` });
  checkIssuers(config, report);
  checkExplorer(config, host, report);
  return faults;
}

function checkIssuers({ authentication, identity }: ConfigFile, report: Report): void {
  const seen = new Set<string>();
  for (const [index, entry] of authentication.issuers.entries()) {
    const path = ['authentication', 'issuers', index];
    if (seen.has(entry.issuer))
      report([...path, 'issuer'], 'stands here twice. Keep one of the two entries.');
    seen.add(entry.issuer);
    checkKeySource(entry, path, report);
  }
  if (seen.has(identity.issuer)) {
    report(
      ['identity', 'issuer'],
      "is one of authentication.issuers: then the gateway's own tokens could pass for a caller's. Choose another name.",
    );
  }
  if (seen.size === 0 && authentication.anonymous !== 'allow') {
    report(
      ['authentication', 'issuers'],
      'is empty and anonymous requests are denied: nobody could call. Add an issuer, or set anonymous: allow.',
    );
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
