/** What a person reads once everything runs: how to get in, what to try, who is refused what, and last where it is. */
import { relative } from 'node:path';
import { fetchToken } from '../identity/token.ts';
import { type Example, examples, refusals } from './examples.ts';
import { gatewayAddress } from './plans.ts';
import type { Settings } from './settings.ts';
import type { Style } from './style.ts';

const shown = ['analyst', 'support'] as const;

export async function banner(settings: Settings, style: Style): Promise<string> {
  const tokens = await Promise.all(
    shown.map(
      async (persona) => [persona, await fetchToken(persona, { stateFolder: settings.state })] as const,
    ),
  );
  return bannerText(settings, { tokens: new Map(tokens), style });
}

export interface Shown {
  /** By persona. */
  readonly tokens: ReadonlyMap<string, string>;
  readonly style: Style;
}

export function bannerText(settings: Settings, { tokens, style: { heading, quiet } }: Shown): string {
  const address = gatewayAddress(settings);
  return [
    heading('Tokens of two personas, for an hour: paste them into a shell'),
    quiet('`npm run --silent token -- <persona>` prints one of any persona.'),
    '',
    ...[...tokens].map(([persona, token]) => quiet(`${variable(persona)}=${token}`)),
    '',
    heading('Two queries worth running with them'),
    ...examples.flatMap((example) => ['', quiet(`# ${example.title}`), curl(address, example)]),
    '',
    heading('What each persona is refused'),
    '',
    ...refusals.map(({ persona, refused }) => `  ${persona.padEnd(10)} ${refused}`),
    '',
    `  ${heading('Explorer')}   ${address}/  in a browser; choose a persona at the top`,
    `  ${heading('GraphQL')}    ${address}/graphql`,
    `  ${heading('Logs')}       ${nearest(settings.logs)}`,
    '',
    'Ctrl-C stops everything.',
  ].join('\n');
}

function curl(address: string, { persona, query }: Example): string {
  return [
    `curl -s ${address}/graphql -H "Authorization: Bearer $${variable(persona)}" \\`,
    `  -H 'Content-Type: application/json' -d '${JSON.stringify({ query })}'`,
  ].join('\n');
}

function variable(persona: string): string {
  return persona.toUpperCase();
}

/** Seen from here, unless that is outside. */
function nearest(path: string): string {
  const seen = relative(process.cwd(), path);
  return seen.startsWith('..') ? path : seen;
}
