/** Reads what a snapshot is made of: the graph, composed here or elsewhere, and the files with the rules. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type PolicyFile,
  readPolicyFiles,
  versionOf as versionOfRules,
} from '@portcullis/policies/engine/folder';
import { describeProblem } from '@portcullis/schema/compose/problem';
import type { Enforcement, Events } from '@portcullis/schema/supergraph/read';
import type { Enforceable } from '@portcullis/schema/supergraph/supergraph';
import { isComposed } from './is-composed.ts';
import { messageOf, SourceFault } from './source-fault.ts';
import type { Toolchain } from './toolchain.ts';

export interface GraphSource {
  /** Equal for equal graphs. */
  readonly version: string;
  readonly supergraphSdl: string;
  readonly events: Events;
  readonly enforces: Enforcement;
  readonly files: readonly string[];
}

export interface RulesSource {
  /** Equal for equal rules. */
  readonly version: string;
  readonly policies: readonly PolicyFile[];
  /** With the folders, in which others may come to lie. */
  readonly files: readonly string[];
}

/** By the name of a subgraph. */
export type Enforced = Readonly<Record<string, readonly Enforceable[]>>;

/**
 * @param from a `supergraph.yaml`, or a composed supergraph in SDL
 * @throws SourceFault
 */
export async function readGraph(
  { supergraph: file, enforces }: { readonly supergraph: string; readonly enforces: Enforced },
  { compose }: Pick<Toolchain, 'compose'>,
): Promise<GraphSource> {
  const graph = isComposed(file) ? await readComposed(file, enforces) : await readSubgraphs(file, compose);
  return {
    ...graph,
    version: versionOf([graph.supergraphSdl, JSON.stringify([[...graph.events], [...graph.enforces]])]),
  };
}

/** For `--open`, where nobody asks for rules. */
export const noRules: RulesSource = Object.freeze({ version: '', policies: [], files: [] });

/**
 * @param folder undefined: none is configured
 * @throws SourceFault
 */
export async function readRules(folder: string | undefined): Promise<RulesSource> {
  if (folder === undefined) throw new SourceFault(unconfigured, []);
  const folders = [folder, ...(await foldersIn(folder))];
  try {
    const policies = await readPolicyFiles(folder);
    const files = [...folders, ...policies.map(({ path }) => join(folder, path))];
    return { version: versionOfRules(policies), policies, files };
  } catch (cause) {
    throw new SourceFault(messageOf(cause), folders, { cause });
  }
}

const unconfigured = [
  'no folder with rules is configured, and without rules nobody may do anything:',
  'name one as "policies" in the configuration of the gateway.',
  'To try out a graph without rules, on this machine only, use --open.',
].join(' ');

/** Of the whole source: equal generations serve equally. */
export function generationOf(graph: GraphSource, rules: RulesSource): string {
  return versionOf([graph.version, rules.version]);
}

async function readComposed(file: string, enforces: Enforced): Promise<Omit<GraphSource, 'version'>> {
  return {
    supergraphSdl: await readText(file, [file]),
    events: new Map(),
    enforces: new Map(Object.entries(enforces)),
    files: [file],
  };
}

async function readSubgraphs(
  file: string,
  compose: Toolchain['compose'],
): Promise<Omit<GraphSource, 'version'>> {
  const composed = await compose(file).catch((cause: unknown) => {
    throw new SourceFault(`the supergraph cannot be composed: ${messageOf(cause)}`, [file], { cause });
  });
  const { files, supergraphSdl, events = [], enforces = [], errors = [] } = composed;
  if (supergraphSdl !== undefined)
    return { supergraphSdl, events: new Map(events), enforces: new Map(enforces), files };
  const problems = errors.map((problem) => describeProblem(problem));
  throw new SourceFault(`the supergraph does not compose:\n${problems.join('\n')}`, files);
}

/** None, where there is no such folder: whoever reads the files says so. */
async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name));
}

/** The lengths keep a text that moves from one part to the other from looking the same. */
function versionOf(parts: readonly string[]): string {
  const text = parts.map((part) => `${part.length}\n${part}`).join('\n');
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

async function readText(file: string, files: readonly string[]): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new SourceFault(`${file} cannot be read: ${messageOf(cause)}`, files, { cause });
  }
}
