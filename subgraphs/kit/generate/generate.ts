/** Writes, or compares, what follows from a domain folder's `schema.graphql`. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Document, isMap, type ParsedNode, parseDocument, type Scalar, stringify } from 'yaml';
import type { Domain } from '../model/domain.ts';
import { readDomain } from '../model/read.ts';
import { contractSchema } from './contract.ts';
import { servedSdl } from './sdl.ts';

const sources = {
  authored: 'schema.graphql',
  served: 'subgraph.graphql',
  contract: 'contract.yaml',
} as const;

/**
 * Rewrites `subgraph.graphql`, and the `schema:` of `contract.yaml` where there is one.
 * @returns the names of the files that changed.
 * @throws AuthoringError when the authored schema cannot be served.
 */
export async function generateDomain(folder: string): Promise<readonly string[]> {
  const stale = await staleFiles(folder);
  for (const { name, content } of stale) await writeWhole(join(folder, name), content);
  return stale.map(({ name }) => name);
}

/** By a rename: a gateway that watches the file never composes half of it. */
async function writeWhole(file: string, content: string): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, content);
  await rename(draft, file);
}

/** The names of the files that `generateDomain` would change. */
export async function checkDomain(folder: string): Promise<readonly string[]> {
  return (await staleFiles(folder)).map(({ name }) => name);
}

interface GeneratedFile {
  readonly name: string;
  readonly content: string;
}

async function staleFiles(folder: string): Promise<readonly GeneratedFile[]> {
  const authored = await readFile(join(folder, sources.authored), 'utf8');
  const domain = readDomain(authored);
  const stale: GeneratedFile[] = [];
  const served = servedSdl(domain);
  if ((await readIfPresent(join(folder, sources.served))) !== served) {
    stale.push({ name: sources.served, content: served });
  }
  const contract = await readIfPresent(join(folder, sources.contract));
  const fresh = contract === undefined ? undefined : withSchema(contract, domain);
  if (fresh !== undefined && fresh !== contract) stale.push({ name: sources.contract, content: fresh });
  return stale;
}

/** The rest of the document is the team's own and stays as it is, to the byte: only the section is replaced. */
function withSchema(contract: string, domain: Domain): string {
  const document = parseDocument(contract);
  const [error] = document.errors;
  if (error !== undefined) throw new Error(`${sources.contract} is no YAML: ${error.message}`);
  // Not folded: the formatter would fold differently, and the two would undo each other for ever.
  const section = stringify({ schema: contractSchema(domain) }, { lineWidth: 0 });
  const [start, end] = sectionRange(document, 'schema') ?? [contract.length, contract.length];
  const before = contract.slice(0, start);
  const after = contract.slice(end).replace(/^\s*\n/, '');
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${section}${after}`;
}

/** Where a key of the document begins and its value ends. */
function sectionRange({ contents }: Document.Parsed, name: string): readonly [number, number] | undefined {
  if (!isMap<Scalar.Parsed, ParsedNode | null>(contents)) return undefined;
  const pair = contents.items.find(({ key }) => key.value === name);
  if (pair === undefined) return undefined;
  return [pair.key.range[0], pair.value?.range[1] ?? pair.key.range[1] + 1];
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
