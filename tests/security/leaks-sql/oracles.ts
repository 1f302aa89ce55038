/** What must hold of one operation of one caller, each by an oracle that knows nothing of how the kit makes SQL. */
import { isDeepStrictEqual } from 'node:util';
import type { Chooser } from '@portcullis/gateway/fixture/random/chooser';
import { type Case, isClosed, otherWorld } from './exchange.ts';
import { nothing, type RandomObligations } from './obligations.ts';
import type { RootAsk } from './operation.ts';
import { printOperation } from './print.ts';
import { expectedOf } from './reference.ts';
import { concreteNames } from './sight.ts';
import type { Told, World } from './world.ts';

export interface Judged extends Case {
  readonly world: World;
  readonly obligations: RandomObligations;
}

export interface Outcome {
  /** To somebody from whom nothing is hidden, the two worlds answer differently. */
  readonly crosses: boolean;
  /** Compared with what is right, value by value. */
  readonly isCompared: boolean;
  readonly failures: readonly string[];
}

export async function judge(choose: Chooser, judged: Judged): Promise<Outcome> {
  const { world, data, obligations } = judged;
  const failures: string[] = [];
  const fail = (oracle: string, ...details: unknown[]) =>
    failures.push([oracle, ...details.map((each) => JSON.stringify(each))].join(' '));
  const [first, openly] = await Promise.all([pageAfter(judged, obligations), pageAfter(judged, nothing)]);
  const next = nextIn(first);
  const here = next === undefined ? [first] : [first, await pageAfter(judged, obligations, next)];
  await world.fill(otherWorld(choose, judged));
  const [openlyThere, ...there] = await Promise.all([
    pageAfter(judged, nothing),
    pageAfter(judged, obligations),
    ...(next === undefined ? [] : [pageAfter(judged, obligations, next)]),
  ]);
  await world.fill(data);
  if (bytesOf(here) !== bytesOf(there)) fail('paired worlds:', ...difference(bytesOf(here), bytesOf(there)));

  const named = namedIn([...here, ...there], judged);
  if (named.length > 0) fail('fetched:', named);
  const faults = here.flatMap(({ text }) => faultsIn(text));
  if (faults.length > 0) fail('fault:', faults);

  const answer = JSON.parse(first.text) as {
    readonly data?: Readonly<Record<string, unknown>> | null;
  };
  const roots = judged.operation.map((root, at) => ({
    right: expectedOf(judged, root),
    shown: comparable(root, answer.data?.[`f${at}`]),
  }));
  for (const { right, shown } of roots) {
    if (right !== undefined && !isDeepStrictEqual(shown, right)) fail('reference:', right, shown);
  }
  return {
    crosses: openly.text !== openlyThere.text,
    isCompared: roots.every(({ right }) => right !== undefined),
    failures,
  };
}

async function pageAfter(
  { world, domain, operation }: Pick<Judged, 'world' | 'domain' | 'operation'>,
  obligations: RandomObligations,
  after?: string,
): Promise<Told> {
  const { query, variables } = printOperation(domain, operation);
  return world.ask({ query, variables: { ...variables, after } }, obligations);
}

/** The cursor of the first root's next page, if there is one. */
function nextIn({ text }: Told): string | undefined {
  const { data } = JSON.parse(text) as {
    readonly data?: { readonly f0?: { readonly pageInfo?: PageInfo } | null } | null;
  };
  const pageInfo = data?.f0?.pageInfo;
  return pageInfo?.hasNextPage === true ? (pageInfo.endCursor ?? undefined) : undefined;
}

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

function bytesOf(told: readonly Told[]): string {
  return told.map(({ status, text }) => `${status} ${text}`).join('\n');
}

/** Where two texts part. */
function difference(one: string, other: string): readonly string[] {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return [one, other].map((text) => text.slice(Math.max(0, at - 60), at + 120));
}

/** Columns that are closed to the caller and in the text of a statement; rows are filtered, and persons counted, whoever may read by what. */
function namedIn(told: readonly Told[], judged: Judged): readonly string[] {
  const texts = told.flatMap(({ statements }) => statements);
  const { domain, sight } = judged;
  return domain.types.flatMap((type) => {
    const closed = type.columns.filter((column) =>
      concreteNames(type).every((name) => isClosed(judged, type, { name, column })),
    );
    const counted =
      sight.minimum(
        type,
        type.columns.map(({ name }) => name),
      ) > 1;
    return closed
      .filter(({ name }) => !sight.filtersBy(type, name) && !(counted && name === type.subject))
      .filter(({ name }) => texts.some((text) => text.includes(`"${name}"`)))
      .map(({ name }) => `${type.name}.${name}`);
  });
}

const codes = new Set(['FORBIDDEN', 'BAD_USER_INPUT']);

/** Errors that no caller should have been given: the operation is in order, and so is the subgraph. */
function faultsIn(text: string): readonly unknown[] {
  const { errors = [] } = JSON.parse(text) as {
    readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
  };
  return errors.filter(({ extensions }) => !codes.has(extensions.code));
}

/** An answer without cursors, which only the kit can make; of groups, what the reference says of them. */
function comparable(root: RootAsk, answer: unknown): unknown {
  if (root.kind !== 'groups' || answer === null || answer === undefined) return withoutCursors(answer);
  const { nodes, suppressed } = answer as {
    readonly nodes: readonly { readonly count: string }[];
    readonly suppressed: boolean;
  };
  return { counts: nodes.map(({ count }) => count).toSorted(), suppressed };
}

function withoutCursors(answer: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answer ?? null, (name, value: unknown) =>
      name === 'cursor' || name === 'endCursor' ? undefined : value,
    ),
  );
}
