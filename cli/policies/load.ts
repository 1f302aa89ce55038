/** The graph and its rules, as the policy commands need them: read once, or all reasons why they cannot be. */
import { relative, resolve } from 'node:path';
import { type Bundle, readBundle } from '@portcullis/policies/engine/bundle';
import { type PolicyFile, readPolicyFiles } from '@portcullis/policies/engine/folder';
import { BundleError, type PolicyProblem, printProblem } from '@portcullis/policies/engine/problem';
import { type ComposedGraph, composeFile } from '@portcullis/schema/compose/compose';
import { describeProblem } from '@portcullis/schema/compose/problem';
import { readSupergraph } from '@portcullis/schema/supergraph/read';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { CommandError } from '../command.ts';
import { house } from '../house.ts';

/** Of every policy command. */
export const sourceOptions = {
  config: {
    type: 'string',
    value: 'FILE',
    describe: 'the source of the graph; schema/supergraph.yaml of this house by default',
  },
  policies: {
    type: 'string',
    value: 'FOLDER',
    describe: 'the folder with the rules; the policies of this house by default',
  },
} as const;

export interface Sources {
  readonly config: string | undefined;
  readonly policies: string | undefined;
}

export function folderOf({ policies }: Pick<Sources, 'policies'>): string {
  return resolve(policies ?? house('policies'));
}

export interface Graph {
  readonly supergraph: Supergraph;
  /** Owners by the names of their domains. */
  readonly owners: ReadonlyMap<string, string>;
}

export async function composeGraph(config: string | undefined): Promise<Graph> {
  const composition = await composeFile(config ?? house('schema/supergraph.yaml'));
  if (composition.errors !== undefined) {
    const told = composition.errors.map((problem) => describeProblem(problem));
    throw new CommandError(`the graph does not compose:\n${told.join('\n\n')}`);
  }
  return graphOf(composition);
}

function graphOf({ supergraphSdl, subgraphs }: ComposedGraph): Graph {
  const enforces = new Map(subgraphs.map((each) => [each.name, each.enforces]));
  return {
    supergraph: readSupergraph(supergraphSdl, new Map(), enforces),
    owners: new Map(subgraphs.map(({ name, owner }) => [name, owner])),
  };
}

export interface Loaded extends Graph {
  readonly folder: string;
  readonly bundle: Bundle;
}

export async function load({ config, policies }: Sources): Promise<Loaded> {
  return loadOn(await composeGraph(config), policies);
}

/** Rules on a graph that is there already. */
export async function loadOn(graph: Graph, policies: string | undefined): Promise<Loaded> {
  const folder = folderOf({ policies });
  return { ...graph, folder, bundle: readRules(await readFilesIn(folder), graph, folder) };
}

export async function readFilesIn(folder: string): Promise<readonly PolicyFile[]> {
  return readPolicyFiles(folder).catch((error: unknown) => {
    throw error instanceof BundleError ? new CommandError(printAll(error.problems, folder)) : error;
  });
}

/** `folder`: how files are called in messages. */
function readRules(files: readonly PolicyFile[], { supergraph }: Graph, folder: string): Bundle {
  try {
    return readBundle(files, supergraph);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    throw new CommandError(
      `the rules cannot be used:\n${printAll(error.problems, folder)}\nSee all of it with \`portcullis policy check\`.`,
    );
  }
}

export function printAll(problems: readonly PolicyProblem[], folder: string): string {
  return problems.map((each) => printProblem({ ...each, file: placeOf(folder, each.file) })).join('\n');
}

/** As a terminal can open it: from where the command was called. */
export function placeOf(folder: string, file: string, line?: number): string {
  const path = relative(process.cwd(), resolve(folder, file));
  return line === undefined ? path : `${path}:${line}`;
}
