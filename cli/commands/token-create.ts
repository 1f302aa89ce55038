/** `portcullis token create`: a service token, shown this once. */
import {
  createServiceToken,
  hashOf,
  printServiceToken,
  type ServiceToken,
} from '@portcullis/gateway/authenticate/service-tokens/token';
import {
  isPrincipalName,
  mostTokens,
  nameRule,
  type ServicePrincipal,
  timeText,
} from '@portcullis/gateway/authenticate/service-tokens/token-file';
import { CommandError, defineCommand, UsageError } from '../command.ts';
import { changeTokens, epochSeconds, fileOption, tokenFile } from '../service-tokens/file.ts';
import {
  areEqual,
  type Rights,
  rightsOf,
  rightsOptions,
  rightsText,
  wordsFor,
} from '../service-tokens/rights.ts';

const hour = 3_600;
const units: Readonly<Record<string, number>> = { h: hour, d: 24 * hour, w: 7 * 24 * hour };
const longestDays = 365;

export const tokenCreate = defineCommand({
  usage: [
    '<name> [--kind bi] [--role ROLE]… [--scope SCOPE]… [--purpose PURPOSE]… [--product SUBGRAPH]…',
    '<name>',
  ],
  about: [
    'Makes a token for a BI tool or a program that cannot do OAuth, and prints it alone on standard output, this once:',
    'the gateway keeps its hash. The name says who has it, in logs and records too.',
    '',
    'For a name that has a token already, and without rights, it makes the second one: give it to the tool, see in',
    '`token list` that the first is not used any more, and revoke that.',
  ].join('\n'),
  words: ['name'],
  options: {
    ...rightsOptions,
    expires: {
      type: 'string',
      value: 'SPAN',
      describe: `when it ends: 12h, 90d or 4w from now; 90d by default, ${longestDays}d at most`,
    },
    'replace-rights': {
      type: 'boolean',
      describe: 'whoever is called so has these rights from now on, with all of its tokens',
    },
    ...fileOption,
    policies: {
      type: 'string',
      value: 'FOLDER',
      describe: 'the rules in whose vocabulary the rights are; of the demo, those of this house',
    },
    config: {
      type: 'string',
      value: 'FILE',
      describe: 'the supergraph.yaml that has the subgraphs; of the demo, that of this house',
    },
  },
  async run({ expires = '90d', file: givenFile, policies, config, ...flags }, [name = '']) {
    const { 'replace-rights': replacesRights = false, ...given } = flags;
    if (!isPrincipalName(name)) throw new UsageError(`"${name}" is no name: ${nameRule}`);
    const span = secondsOf(expires);
    const rights = rightsOf(given, await wordsFor({ file: givenFile, policies, config }));
    const file = tokenFile(givenFile);
    const token = createServiceToken();
    const principal = await changeTokens(file, (principals) => {
      const before = principals.get(name);
      const after = withToken({ name, before, rights, replacesRights }, token, epochSeconds() + span);
      principals.set(name, after);
      return after;
    });
    process.stdout.write(`${printServiceToken(token)}\n`);
    process.stderr.write(toldOf(name, principal, file));
    return 0;
  },
});

function secondsOf(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  const seconds = Number(count) * (units[unit] ?? 0);
  if (seconds >= hour && seconds <= longestDays * 24 * hour) return seconds;
  throw new UsageError(`--expires ${text}: give 12h, 90d or 4w, ${longestDays}d at most`);
}

interface Wanted {
  readonly name: string;
  readonly before: ServicePrincipal | undefined;
  /** Undefined: nothing was said of them. */
  readonly rights: Rights | undefined;
  readonly replacesRights: boolean;
}

const noRights: Rights = {
  kind: 'service',
  roles: [],
  teams: [],
  scopes: [],
  purposes: [],
  attributes: {},
  products: undefined,
};

function withToken(wanted: Wanted, { id, secret }: ServiceToken, expires: number): ServicePrincipal {
  const created = epochSeconds();
  const { name, before } = wanted;
  const valid = (before?.tokens ?? []).filter((each) => each.expires > created);
  const oldest = valid.toSorted((one, other) => one.created - other.created)[0];
  if (oldest !== undefined && valid.length >= mostTokens) {
    throw new CommandError(
      `${name} has ${valid.length} tokens that have not expired: ${valid.map((each) => each.id).join(', ')}. See in \`portcullis token list\` which one is not used any more, and revoke it: portcullis token revoke ${oldest.id}`,
    );
  }
  const hash = hashOf(secret).toString('base64url');
  return { ...chosenRights(wanted), tokens: [...valid, { id, hash, created, expires }] };
}

function chosenRights({ name, before, rights, replacesRights }: Wanted): Rights {
  if (before === undefined) return rights ?? noRights;
  const { tokens: _, ...held } = before;
  if (replacesRights) return rights ?? noRights;
  if (rights === undefined || areEqual(rights, held)) return held;
  throw new CommandError(
    `${name} has other rights: ${rightsText(held)}. To give it a second token with these, leave the flags out; to change them for all its tokens, add --replace-rights.`,
  );
}

function toldOf(name: string, { tokens, ...rights }: ServicePrincipal, file: string): string {
  const expires = tokens.at(-1)?.expires ?? 0;
  const lines = [
    `${name} has this token until ${timeText(expires)}; it is not shown again.`,
    `Rights: ${rightsText(rights)}.`,
    ...(areEqual(rights, noRights)
      ? [
          `It has none beside its kind, so that rules which ask for a role, a scope or an attribute open nothing to it. If ${name} should have had some before, the name has a slip: portcullis token list`,
        ]
      : []),
    'Send it as `Authorization: Bearer <token>`. In a BI tool choose Basic: any user, and the token as the password.',
    ...(rights.purposes.length > 1
      ? ['It has several purposes: each request has to say one, in the header `Purpose`.']
      : []),
    `A gateway whose configuration names ${file} knows it within two seconds.`,
  ];
  return `${lines.join('\n')}\n`;
}
