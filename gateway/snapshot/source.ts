/** Reads what a snapshot is made of: the supergraph, composed here or elsewhere, and the list of tags. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readTags, type TagList } from '@portcullis/policies/engine/bundle';
import { describeProblem } from '@portcullis/schema/compose/problem';
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
  const { sdl, files } = isComposed(supergraph)
    ? await readComposed(supergraph)
    : await readSubgraphs(supergraph, compose);
  if (policies === undefined) return source(sdl, '', files);
  const tagsFile = join(policies, 'global', 'tags.yaml');
  const all = [...files, tagsFile];
  return source(sdl, await readText(tagsFile, all), all);
}

async function readComposed(file: string) {
  return { sdl: await readText(file, [file]), files: [file] };
}

async function readSubgraphs(file: string, compose: Toolchain['compose']) {
  const {
    files,
    supergraphSdl,
    errors = [],
  } = await compose(file).catch((cause: unknown) => {
    throw new SourceFault(`the supergraph cannot be composed: ${messageOf(cause)}`, [file], { cause });
  });
  if (supergraphSdl !== undefined) return { sdl: supergraphSdl, files };
  const problems = errors.map((problem) => describeProblem(problem));
  throw new SourceFault(`the supergraph does not compose:\n${problems.join('\n')}`, files);
}

function source(supergraphSdl: string, tagsText: string, files: readonly string[]): Source {
  const tags = tagsText === '' ? new Map() : tagsOf(tagsText, files);
  // The lengths keep a text that moves from one part to the other from looking the same.
  const parts = [supergraphSdl, tagsText].map((text) => `${text.length}\n${text}`);
  const generation = createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 22);
  return { generation, supergraphSdl, tags, files };
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
