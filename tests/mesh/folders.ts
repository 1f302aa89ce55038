/** Where things are in the repository, for tests that cross folders. */
import { resolve } from 'node:path';
import type { DomainName } from '@portcullis/demo/data/domains';

export const repository = resolve(import.meta.dirname, '../..');

export function folderOf(domain: DomainName): string {
  return resolve(repository, 'subgraphs', domain);
}
