/** The list of commands. Each is loaded only when it is called, so that `token` does not load a query planner. */
import type { Command } from './command.ts';

interface Listed {
  readonly summary: string;
  load(): Promise<Command>;
}

export const commands: ReadonlyMap<string, Listed> = new Map<string, Listed>([
  [
    'start',
    {
      summary: 'run the whole demo: database, domains, identity provider, gateway',
      load: async () => (await import('./commands/start.ts')).start,
    },
  ],
  [
    'gateway',
    {
      summary: 'run the gateway alone, for any graph',
      load: async () => (await import('./commands/gateway.ts')).gateway,
    },
  ],
  [
    'compose',
    {
      summary: 'make the supergraph, or say what is in the way',
      load: async () => (await import('./commands/compose.ts')).compose,
    },
  ],
  [
    'generate',
    {
      summary: 'make each domain’s served SDL and contract from its schema',
      load: async () => (await import('./commands/generate.ts')).generate,
    },
  ],
  [
    'migrate',
    {
      summary: 'bring a domain’s database up to date',
      load: async () => (await import('./commands/migrate.ts')).migrate,
    },
  ],
  [
    'token',
    {
      summary: 'print an access token of a demo persona',
      load: async () => (await import('./commands/token.ts')).token,
    },
  ],
]);
