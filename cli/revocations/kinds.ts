/** Who and what can be revoked, in the words of the command line. */
import { type ListName, lists } from '@portcullis/gateway/revocations/entries';
import { CommandError, UsageError } from '../command.ts';

export const kinds: ReadonlyMap<string, ListName> = new Map<string, ListName>([
  ['token', 'tokens'],
  ['principal', 'principals'],
  ['client', 'clients'],
  ['issuer', 'issuers'],
  ['product', 'products'],
  ['keys', 'keys'],
]);

const flags = ['issuer', 'jti', 'subject', 'client', 'product'] as const;

type Given = Readonly<Partial<Record<(typeof flags)[number], string | undefined>>>;

export const fileOption = {
  type: 'string',
  value: 'FILE',
  describe:
    'the file that the gateways watch; the one that the configuration names, or revocations.yaml, by default',
} as const;

export const configOption = {
  type: 'string',
  value: 'FILE',
  describe: 'the configuration of a gateway; gateway.yaml or demo/gateway.yaml, if there is one, by default',
} as const;

export const namingOptions = {
  issuer: { type: 'string', value: 'URL', describe: 'the `iss` of its tokens, exactly' },
  jti: { type: 'string', value: 'ID', describe: 'the `jti` of the token' },
  subject: { type: 'string', value: 'SUB', describe: 'the `sub` of its tokens' },
  client: { type: 'string', value: 'ID', describe: 'the `client_id` or `azp` of its tokens' },
  product: { type: 'string', value: 'NAME', describe: 'the data product, by the name of its subgraph' },
  file: fileOption,
  config: configOption,
} as const;

export function kindUsage(more: string): readonly string[] {
  return [
    `token --issuer URL --jti ID ${more}`,
    `principal --issuer URL --subject SUB ${more}`,
    `client --client ID [--issuer URL] ${more}`,
    `issuer --issuer URL ${more}`,
    `product --product NAME ${more}`,
  ].map((line) => line.trimEnd());
}

/** @throws UsageError if nothing of the kind can be revoked */
export function listOf(kind: string): ListName {
  const list = kinds.get(kind);
  if (list === undefined)
    throw new UsageError(
      `"${kind}" is nothing that can be revoked; there are ${[...kinds.keys()].join(', ')}`,
    );
  return list;
}

/**
 * What says who or what is meant.
 * @throws UsageError if a flag is missing, or says something that has no meaning here
 */
export function named(kind: string, given: Given): Readonly<Record<string, string>> {
  const { required, optional } = lists[listOf(kind)];
  const members: readonly string[] = [...required, ...optional];
  const found: Record<string, string> = {};
  for (const flag of flags) {
    const value = given[flag];
    if (value !== undefined && !members.includes(flag))
      throw new UsageError(`--${flag} has no meaning for ${kind}`);
    if (value !== undefined) found[flag] = value;
    else if (required.some((member) => member === flag)) throw new UsageError(`--${flag} is missing`);
  }
  return found;
}

export function asCommandError(cause: unknown): never {
  throw new CommandError(cause instanceof Error ? cause.message : String(cause), { cause });
}
