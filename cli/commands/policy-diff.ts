/** `portcullis policy diff`: what two versions of the rules let the same callers do. */

import { type AccessDiff, diffAccess } from '@portcullis/policies/engine/diff/access-diff';
import { declaredSubject } from '@portcullis/policies/engine/vocabulary/declared';
import { defineCommand, UsageError } from '../command.ts';
import { house } from '../house.ts';
import { composeGraph, folderOf, type Loaded, load, loadOn, sourceOptions } from '../policies/load.ts';
import { callersOf } from '../policies/principals.ts';
import { printDiff } from '../policies/print-diff.ts';
import { readRevision } from '../policies/revision.ts';
import { testFilesIn } from '../policies/test-files.ts';

export const policyDiff = defineCommand({
  usage: [
    'OLD NEW [--config FILE] [--exit-code] [--json]',
    '--against REVISION [--config FILE] [--policies FOLDER] [--exit-code] [--json]',
  ],
  about: [
    'Compares what the principals of the test files may do by two folders of rules on one graph; or by what a revision',
    'of Git has, rules and schemas, and what is there now. Each difference is told once for all fields and principals',
    'that it is the same for: what widens first. A change of masks, groups and rows that does not clearly show less counts',
    'as widening.',
  ].join('\n'),
  words: [],
  more: 'FOLDERS',
  options: {
    ...sourceOptions,
    against: { type: 'string', value: 'REVISION', describe: 'compare with this revision of Git' },
    'exit-code': {
      type: 'boolean',
      describe: 'exit with 1 if anything widens, or if rules differ and concern none of the principals',
    },
    json: { type: 'boolean', describe: 'print the differences as JSON instead' },
  },
  async run({ config, policies, against, json = false, 'exit-code': strict = false }, folders) {
    const found =
      against === undefined
        ? await betweenFolders(folders, { config, policies })
        : await sinceRevision(against, folders, { config, policies });
    process.stdout.write(json ? `${JSON.stringify(found, undefined, 2)}\n` : printDiff(found));
    const isUnclear = found.changes.length === 0 && found.rules.length > 0;
    return strict && (found.widens || isUnclear) ? 1 : 0;
  },
});

interface Given {
  readonly config: string | undefined;
  readonly policies: string | undefined;
}

async function betweenFolders(folders: readonly string[], { config, policies }: Given): Promise<AccessDiff> {
  const [before, after, ...others] = folders;
  if (before === undefined || after === undefined || others.length > 0)
    throw new UsageError('give two folders, OLD and NEW, or --against REVISION');
  if (policies !== undefined) throw new UsageError('--policies has no place beside two folders');
  const graph = await composeGraph(config);
  return compare(await loadOn(graph, before), await loadOn(graph, after));
}

async function sinceRevision(
  against: string,
  folders: readonly string[],
  { config, policies }: Given,
): Promise<AccessDiff> {
  if (folders.length > 0) throw new UsageError('--against compares with what is there now: name no folders');
  const source = config ?? house('schema/supergraph.yaml');
  const folder = folderOf({ policies });
  const revision = await readRevision(against, folder);
  try {
    const before = await load({ config: revision.at(source), policies: revision.at(folder) });
    return await compare(before, await load({ config, policies }));
  } finally {
    await revision.remove();
  }
}

async function compare(before: Loaded, after: Loaded): Promise<AccessDiff> {
  const callers = callersOf(after.bundle, await testFilesIn(after.folder, after.bundle));
  const compared = callers.map(({ name, subject }) => ({
    name,
    before: declaredSubject(before.bundle.vocabulary, subject),
    after: subject,
  }));
  return diffAccess(before.bundle, after.bundle, compared);
}
