/** What a person reads once everything runs: where it is, how to get in, what to try, who is refused what. */
import { fetchToken } from '../identity/token.ts';
import { type Example, examples, refusals } from './examples.ts';
import { gatewayAddress } from './plans.ts';
import type { Settings } from './settings.ts';

const shown = ['analyst', 'support'] as const;

export async function banner(settings: Settings): Promise<string> {
  const tokens = await Promise.all(
    shown.map((persona) => fetchToken(persona, { stateFolder: settings.state })),
  );
  const address = gatewayAddress(settings);
  return [
    `GraphQL    ${address}/graphql`,
    `Explorer   ${address}/  (in a browser; choose a persona at the top)`,
    `Logs       ${settings.logs}`,
    '',
    'Tokens of two personas, for this shell; `npm run --silent token -- <persona>` prints any one alone:',
    '',
    ...shown.map((persona, index) => `${variable(persona)}=${tokens[index]}`),
    '',
    'Two queries worth running:',
    ...examples.flatMap((example) => ['', `# ${example.title}`, curl(address, example)]),
    '',
    'What each persona is refused:',
    '',
    ...refusals.map(({ persona, refused }) => `  ${persona.padEnd(10)} ${refused}`),
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
