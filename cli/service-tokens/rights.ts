/** What a principal of service tokens may, from flags: in words of the vocabulary, where there is one. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isScope, type ServicePrincipal } from '@portcullis/gateway/authenticate/service-tokens/token-file';
import { BundleError, printProblem } from '@portcullis/policies/engine/problem';
import { didYouMean } from '@portcullis/policies/engine/read/did-you-mean';
import { whyUnreadable } from '@portcullis/policies/engine/read/why-unreadable';
import { readSubject } from '@portcullis/policies/engine/vocabulary/read-subject';
import {
  readVocabulary,
  type Vocabulary,
  vocabularyFile,
} from '@portcullis/policies/engine/vocabulary/vocabulary';
import { readSource } from '@portcullis/schema/compose/source';
import { CommandError, UsageError } from '../command.ts';
import { house } from '../house.ts';
import { understood } from '../policies/principals.ts';
import { subgraphNamesIn } from '../subgraph/names.ts';
import { ownGateway } from './own-gateway.ts';

export type Rights = Omit<ServicePrincipal, 'tokens'>;

export const rightsOptions = {
  kind: { type: 'string', value: 'KIND', describe: 'bi or service; service by default' },
  role: { type: 'string', multiple: true, value: 'ROLE', describe: 'a role; may be given several times' },
  team: { type: 'string', multiple: true, value: 'TEAM', describe: 'a team; likewise' },
  scope: { type: 'string', multiple: true, value: 'SCOPE', describe: 'a scope; likewise' },
  purpose: {
    type: 'string',
    multiple: true,
    value: 'PURPOSE',
    describe: 'a purpose that it may have; one alone need not be said with each request',
  },
  attribute: {
    type: 'string',
    multiple: true,
    value: 'NAME=VALUE',
    describe: 'an attribute of the vocabulary; of a set, VALUE is a+b',
  },
  product: {
    type: 'string',
    multiple: true,
    value: 'SUBGRAPH',
    describe: 'nothing but what this subgraph serves; several: what any of them does',
  },
} as const;

export interface GivenRights {
  readonly kind: string | undefined;
  readonly role: readonly string[] | undefined;
  readonly team: readonly string[] | undefined;
  readonly scope: readonly string[] | undefined;
  readonly purpose: readonly string[] | undefined;
  readonly attribute: readonly string[] | undefined;
  readonly product: readonly string[] | undefined;
}

/** What there is to choose from; undefined: nobody has said. */
export interface Words {
  readonly vocabulary: Vocabulary | undefined;
  readonly subgraphs: readonly string[] | undefined;
}

export interface WordSources {
  readonly file: string | undefined;
  readonly config: string | undefined;
  readonly policies: string | undefined;
}

/**
 * Those of the gateway whose file it is; of one that is named, nobody knows whose.
 * @throws Error saying why they cannot be read
 */
export async function wordsFor({ file, config, policies }: WordSources): Promise<Words> {
  const usual = file === undefined ? (ownGateway() ?? ours) : undefined;
  const folder = policies ?? usual?.policies;
  return {
    vocabulary: folder === undefined ? undefined : await vocabularyIn(folder),
    subgraphs: await namesIn(config ?? usual?.supergraph),
  };
}

const ours = { policies: house('policies'), supergraph: house('schema', 'supergraph.yaml') };

async function namesIn(source: string | undefined): Promise<readonly string[] | undefined> {
  if (source === undefined) return undefined;
  if (source.endsWith('.graphql')) return subgraphNamesIn(source);
  return (await readSource(source, process.env)).map(({ name }) => name);
}

async function vocabularyIn(folder: string): Promise<Vocabulary> {
  const file = join(folder, vocabularyFile);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CommandError(`${file} cannot be read (${whyUnreadable(cause)}): name another --policies`, {
      cause,
    });
  });
  try {
    return readVocabulary(text, file);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    throw new CommandError(error.problems.map(printProblem).join('\n'), { cause: error });
  }
}

/**
 * Undefined: nothing is said of them.
 * @throws UsageError
 */
export function rightsOf(given: GivenRights, { vocabulary, subgraphs }: Words): Rights | undefined {
  if (Object.values(given).every((each) => each === undefined)) return undefined;
  const { kind = 'service', product } = given;
  if (kind !== 'service' && kind !== 'bi') throw new UsageError(`--kind ${kind}: there are bi and service`);
  const lists = { roles: sorted(given.role), teams: sorted(given.team), scopes: sorted(given.scope) };
  const scope = lists.scopes.find((each) => !isScope(each));
  if (scope !== undefined) throw new UsageError(`--scope ${JSON.stringify(scope)} is no scope`);
  return {
    kind,
    ...lists,
    purposes: known(
      '--purpose',
      sorted(given.purpose),
      vocabulary && ['none', ...vocabulary.purposes.keys()],
    ),
    attributes: attributesOf(given.attribute ?? [], { ...lists, kind }, vocabulary),
    products: product && known('--product', sorted(product), subgraphs),
  };
}

function sorted(values: readonly string[] = []): readonly string[] {
  return [...new Set(values)].sort();
}

function known(
  flag: string,
  given: readonly string[],
  names: readonly string[] | undefined,
): readonly string[] {
  const unknown = names && given.find((each) => !names.includes(each));
  if (names === undefined || unknown === undefined) return given;
  throw new UsageError(`${flag} ${unknown}: ${didYouMean(unknown, names)}`);
}

/** Roles and teams are looked at with them. */
function attributesOf(
  given: readonly string[],
  others: Pick<Rights, 'kind' | 'roles' | 'teams' | 'scopes'>,
  vocabulary: Vocabulary | undefined,
): Rights['attributes'] {
  if (vocabulary === undefined) {
    if (given.length === 0) return {};
    throw new UsageError('--attribute needs --policies FOLDER: the vocabulary says of what type it is');
  }
  const values = given.map((text) => {
    const at = text.indexOf('=');
    if (at <= 0) throw new UsageError(`--attribute ${text} has to be NAME=VALUE`);
    const [name, value] = [text.slice(0, at), text.slice(at + 1)];
    return [name, typedValue(value, vocabulary.attributes.get(name)?.type)] as const;
  });
  const twice = values.find(([name], index) => values.findIndex(([other]) => other === name) !== index);
  if (twice !== undefined) throw new UsageError(`--attribute ${twice[0]} stands there twice`);
  const described = { ...Object.fromEntries(values), ...others };
  const asked = { vocabulary, model: { scopes: others.scopes } };
  const { attributes } = understood('the rights', described, (yaml) => readSubject(yaml, yaml.root, asked));
  return Object.fromEntries([...attributes].sort());
}

function typedValue(text: string, type: string | undefined): string | number | readonly string[] {
  if (type === 'set') return text === '' ? [] : text.split('+');
  return type === 'Long' ? Number(text) : text;
}

export function areEqual(one: Rights, other: Rights): boolean {
  return isDeepStrictEqual(normal(one), normal(other));
}

/** Somebody may have written the file by hand. */
function normal({ kind, roles, teams, scopes, purposes, attributes, products }: Rights) {
  const lists = [roles, teams, scopes, purposes, products].map((list) => list && [...list].sort());
  return [kind, lists, Object.entries(attributes).sort()];
}

/** `bi · roles analyst · products music` */
export function rightsText({ kind, roles, teams, scopes, purposes, attributes, products }: Rights): string {
  const lists = { roles, teams, scopes, purposes, products };
  const parts = Object.entries(lists).flatMap(([name, list]) => {
    if (list === undefined || (list.length === 0 && name !== 'products')) return [];
    return [`${name} ${list.length === 0 ? 'none' : list.join(', ')}`];
  });
  const others = Object.entries(attributes).map(
    ([name, value]) => `${name} ${Array.isArray(value) ? value.join('+') : value}`,
  );
  return [kind, ...parts, ...others].join(' · ');
}
