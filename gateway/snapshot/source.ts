/** Reads what a snapshot is made of: the supergraph, composed here or elsewhere, and the list of tags. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { readTags, readTagsFile, type TagList, tagsFileOf } from '@portcullis/policies/engine/bundle';
import { describeProblem } from '@portcullis/schema/compose/problem';
import type { EventsAddress } from '@portcullis/schema/supergraph/supergraph';
import { isComposed } from './is-composed.ts';
import type { Toolchain } from './toolchain.ts';

export interface SourceOptions {
  /** Path of a `supergraph.yaml`, or of a composed supergraph in SDL. */
  readonly supergraph: string;
  /** The folder with the rules; undefined: no tag is known, so every tag protects. */
  readonly policies: string | undefined;
}

export interface Source {
  /** Hash of all that the snapshot is made of. */
  readonly generation: string;
  readonly supergraphSdl: string;
  /** By the name of a subgraph. */
  readonly events: ReadonlyMap<string, EventsAddress>;
  readonly tags: TagList;
  readonly files: readonly string[];
}

/** The source cannot be served; its text is for the people who can mend it. */
export class SourceFault extends Error {
  override readonly name = 'SourceFault';
  /** What was read, and so what has to change. */
  readonly files: readonly string[];

  constructor(message: string, files: readonly string[], options?: ErrorOptions) {
    super(message, options);
    this.files = files;
  }
}

/** @throws SourceFault */
export async function readSource(
  { supergraph, policies }: SourceOptions,
  { compose }: Pick<Toolchain, 'compose'>,
): Promise<Source> {
  const graph = isComposed(supergraph)
    ? await readComposed(supergraph)
    : await readSubgraphs(supergraph, compose);
  if (policies === undefined) return source(graph, '');
  const tagsFile = tagsFileOf(policies);
  const files = [...graph.files, tagsFile];
  const tags = await readTagsFile(tagsFile).catch((cause: unknown) => {
    throw new SourceFault(messageOf(cause), files, { cause });
  });
  return source({ ...graph, files }, tags);
}

interface Graph {
  readonly sdl: string;
  readonly events: ReadonlyMap<string, EventsAddress>;
  readonly files: readonly string[];
}

async function readComposed(file: string): Promise<Graph> {
  return { sdl: await readText(file, [file]), events: new Map(), files: [file] };
}

async function readSubgraphs(file: string, compose: Toolchain['compose']): Promise<Graph> {
  const composed = await compose(file).catch((cause: unknown) => {
    throw new SourceFault(`the supergraph cannot be composed: ${messageOf(cause)}`, [file], { cause });
  });
  const { files, supergraphSdl, events = [], errors = [] } = composed;
  if (supergraphSdl !== undefined) return { sdl: supergraphSdl, events: new Map(events), files };
  const problems = errors.map((problem) => describeProblem(problem));
  throw new SourceFault(`the supergraph does not compose:\n${problems.join('\n')}`, files);
}

function source({ sdl: supergraphSdl, events, files }: Graph, tagsText: string): Source {
  const tags = tagsText === '' ? new Map() : tagsOf(tagsText, files);
  // The lengths keep a text that moves from one part to the other from looking the same.
  const parts = [supergraphSdl, tagsText, JSON.stringify([...events])].map(
    (text) => `${text.length}\n${text}`,
  );
  const generation = createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 22);
  return { generation, supergraphSdl, events, tags, files };
}

function tagsOf(text: string, files: readonly string[]): TagList {
  try {
    return readTags(text, relative(process.cwd(), files.at(-1) ?? ''));
  } catch (cause) {
    throw new SourceFault(messageOf(cause), files, { cause });
  }
}

async function readText(file: string, files: readonly string[]): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new SourceFault(`${file} cannot be read: ${messageOf(cause)}`, files, { cause });
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
