/** `portcullis token list`: who has service tokens. */
import { existsSync } from 'node:fs';
import { readUses, type Uses, usesFile } from '@portcullis/gateway/authenticate/service-tokens/last-use';
import {
  type ServicePrincipal,
  type ServicePrincipals,
  timeText,
} from '@portcullis/gateway/authenticate/service-tokens/token-file';
import { defineCommand } from '../command.ts';
import { epochSeconds, fileOption, readTokens, tokenFile } from '../service-tokens/file.ts';
import { rightsText } from '../service-tokens/rights.ts';

export const tokenList = defineCommand({
  usage: ['[--file FILE] [--json]'],
  about: [
    'Says of each name what it may, and of each of its tokens when it was made, ends and was last used. A gateway',
    'writes the last use once a minute.',
  ].join('\n'),
  words: [],
  options: { ...fileOption, json: { type: 'boolean', describe: 'print all of it as JSON instead' } },
  async run({ file: given, json = false }) {
    const file = tokenFile(given);
    const principals = await readTokens(file);
    const uses = await readUses(usesFile(file));
    process.stdout.write(json ? asJson(principals, uses) : asText(principals, uses, file));
    return 0;
  },
});

type Stored = ServicePrincipal['tokens'][number];

function asJson(principals: ServicePrincipals, uses: Uses): string {
  const now = epochSeconds();
  const listed = [...principals].map(([name, { tokens, ...rights }]) => ({
    name,
    ...rights,
    tokens: tokens.map(({ id, created, expires }) => ({
      id,
      created: timeText(created),
      expires: timeText(expires),
      expired: expires <= now,
      lastUsed: lastUse(id, uses) ?? null,
    })),
  }));
  return `${JSON.stringify(listed, undefined, 2)}\n`;
}

function asText(principals: ServicePrincipals, uses: Uses, file: string): string {
  if (principals.size === 0)
    return existsSync(file)
      ? `No service tokens in ${file}.\n`
      : `No service tokens: ${file} does not exist. \`portcullis token create\` makes it.\n`;
  const lines = [...principals].flatMap(([name, { tokens, ...rights }]) => [
    `${name}  ${rightsText(rights)}`,
    ...tokens.map((token) => `  ${tokenText(token, uses)}`),
    ...(tokens.length === 0 ? ['  no token'] : []),
  ]);
  return `${lines.join('\n')}\n`;
}

function tokenText({ id, created, expires }: Stored, uses: Uses): string {
  const verb = expires <= epochSeconds() ? 'EXPIRED' : 'expires';
  const used = lastUse(id, uses);
  return `${id}  ${verb} ${timeText(expires)}  made ${timeText(created)}  ${used === undefined ? 'never used' : `last used ${used}`}`;
}

function lastUse(id: string, uses: Uses): string | undefined {
  const used = uses.get(id);
  return used === undefined ? undefined : timeText(Math.floor(used / 1000));
}
