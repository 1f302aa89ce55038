/** `portcullis generate`: what follows from a domain's schema, written or compared. */
import { join } from 'node:path';
import { checkVectors, writeVectors } from '@portcullis/kit/conformance/vectors';
import { checkDomain, generateDomain } from '@portcullis/kit/generate/generate';
import { CommandError, defineCommand } from '../command.ts';
import { domainFolders } from '../domains.ts';
import { house } from '../house.ts';

export const generate = defineCommand({
  usage: ['', '--check'],
  about: [
    'Makes, for each domain in subgraphs/, what follows from its schema.graphql: the SDL that it serves',
    '(subgraph.graphql) and the schema section of its contract.yaml. And the test vectors of docs/subgraph-protocol.',
  ].join('\n'),
  words: [],
  options: {
    check: { type: 'boolean', describe: 'write nothing; name the files that are not what they would be' },
  },
  async run({ check = false }) {
    const domains = await domainFolders();
    const files = (
      await Promise.all([
        ...domains.map((name) => act(house('subgraphs', name), name, check)),
        actOnVectors('docs/subgraph-protocol', check),
      ])
    ).flat();
    for (const file of files) process.stdout.write(`${check ? 'stale' : 'wrote'}  ${file}\n`);
    if (files.length === 0)
      process.stdout.write(`${domains.length} domains: everything generated is fresh.\n`);
    if (!check || files.length === 0) return 0;
    process.stderr.write('Run `npm run generate` and commit what it writes.\n');
    return 1;
  },
});

async function act(folder: string, domain: string, check: boolean): Promise<string[]> {
  try {
    const files = check ? await checkDomain(folder) : await generateDomain(folder);
    return files.map((file) => join('subgraphs', domain, file));
  } catch (cause) {
    throw new CommandError(`subgraphs/${domain}/${faultOf(cause)}`, { cause });
  }
}

async function actOnVectors(folder: string, check: boolean): Promise<string[]> {
  const files = check ? await checkVectors(house(folder)) : await writeVectors(house(folder));
  return files.map((file) => join(folder, file));
}

/** The kit names file and line of what it refuses; of what is no GraphQL at all, the parser's error knows the place. */
function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'toJSON' in error && error.name === 'GraphQLError'
    ? `schema.graphql: ${String(error)}`
    : error.message;
}
