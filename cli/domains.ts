/** The domains of the house: the folders in `subgraphs/` that hold a schema. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { house } from './house.ts';

export async function domainFolders(): Promise<readonly string[]> {
  const entries = await readdir(house('subgraphs'));
  return entries.filter((name) => existsSync(house('subgraphs', name, 'schema.graphql'))).sort();
}
