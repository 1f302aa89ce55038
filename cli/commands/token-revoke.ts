/** `portcullis token revoke`: one service token, or a name with all of them. */
import { parseServiceToken } from '@portcullis/gateway/authenticate/service-tokens/token';
import type { ServicePrincipal } from '@portcullis/gateway/authenticate/service-tokens/token-file';
import { didYouMean } from '@portcullis/policies/engine/read/did-you-mean';
import { CommandError, defineCommand } from '../command.ts';
import { changeTokens, fileOption, tokenFile } from '../service-tokens/file.ts';

export const tokenRevoke = defineCommand({
  usage: ['<id|name> [--file FILE]'],
  about: [
    'Takes away the token with this id, or the name with its rights and all its tokens. Requests with it are refused,',
    'and its streams end, within two seconds. `token list` has the ids; the middle part of a token is its id too.',
  ].join('\n'),
  words: ['id|name'],
  options: fileOption,
  async run({ file: given }, [word = '']) {
    const file = tokenFile(given);
    const told = await changeTokens(file, (principals) => revoke(principals, word));
    process.stdout.write(
      `${told} A gateway whose configuration names ${file} knows it within two seconds.\n`,
    );
    return 0;
  },
});

function revoke(principals: Map<string, ServicePrincipal>, word: string): string {
  const named = principals.get(word);
  if (named !== undefined) {
    principals.delete(word);
    const count = named.tokens.length;
    return `Revoked ${word} with ${count === 1 ? 'its only token' : `all its ${count} tokens`}.`;
  }
  // Who has found a token somewhere need not take it apart.
  const id = parseServiceToken(word)?.id ?? word;
  for (const [name, principal] of principals) {
    const tokens = principal.tokens.filter((token) => token.id !== id);
    if (tokens.length === principal.tokens.length) continue;
    principals.set(name, { ...principal, tokens });
    return `Revoked the token ${id} of ${name}.`;
  }
  const known = [...principals].flatMap(([name, { tokens }]) => [name, ...tokens.map((token) => token.id)]);
  throw new CommandError(`there is no name and no token called ${id}: ${didYouMean(id, known)}`);
}
