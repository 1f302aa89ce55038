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
    'explain',
    {
      summary: 'say why somebody may or may not use a field or an operation',
      load: async () => (await import('./commands/explain.ts')).explain,
    },
  ],
  [
    'policy check',
    {
      summary: 'say everything that is wrong with the rules, and try their tests',
      load: async () => (await import('./commands/policy-check.ts')).policyCheck,
    },
  ],
  [
    'policy test',
    {
      summary: 'try the cases and invariants of the rules’ test files',
      load: async () => (await import('./commands/policy-test.ts')).policyTest,
    },
  ],
  [
    'policy diff',
    {
      summary: 'say what two versions of the rules let people do',
      load: async () => (await import('./commands/policy-diff.ts')).policyDiff,
    },
  ],
  [
    'policy fmt',
    {
      summary: 'write the rules in Cedar’s own form',
      load: async () => (await import('./commands/policy-fmt.ts')).policyFmt,
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
    'subgraph verify',
    {
      summary: 'say which bad tokens a subgraph takes',
      load: async () => (await import('./commands/subgraph-verify.ts')).subgraphVerify,
    },
  ],
  [
    'audit verify',
    {
      summary: 'check that an audit trail is as the gateway wrote it',
      load: async () => (await import('./commands/audit-verify.ts')).auditVerify,
    },
  ],
  [
    'key rotate',
    {
      summary: 'exchange the key by which a gateway signs, while it serves',
      load: async () => (await import('./commands/key-rotate.ts')).keyRotate,
    },
  ],
  [
    'revoke',
    {
      summary: 'shut out a token, a principal, a client, an issuer or a data product',
      load: async () => (await import('./commands/revoke.ts')).revoke,
    },
  ],
  [
    'restore',
    {
      summary: 'take a revocation back',
      load: async () => (await import('./commands/restore.ts')).restore,
    },
  ],
  [
    'revoked',
    {
      summary: 'list who and what is shut out',
      load: async () => (await import('./commands/revoked.ts')).revoked,
    },
  ],
  [
    'token',
    {
      summary: 'print an access token of a demo persona',
      load: async () => (await import('./commands/token.ts')).token,
    },
  ],
  [
    'token create',
    {
      summary: 'make a service token, for a BI tool or another program that cannot do OAuth',
      load: async () => (await import('./commands/token-create.ts')).tokenCreate,
    },
  ],
  [
    'token list',
    {
      summary: 'say who has service tokens, what they may, and when they were last used',
      load: async () => (await import('./commands/token-list.ts')).tokenList,
    },
  ],
  [
    'token revoke',
    {
      summary: 'take a service token away, or all of somebody',
      load: async () => (await import('./commands/token-revoke.ts')).tokenRevoke,
    },
  ],
]);
