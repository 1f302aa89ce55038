/** `portcullis compose`: the supergraph of a source file, or every reason why there is none. */
import { rename, writeFile } from 'node:fs/promises';
import { readTags, readTagsFile, tagsFileOf } from '@portcullis/policies/engine/bundle';
import { composeFile } from '@portcullis/schema/compose/compose';
import { describeProblem, type Problem } from '@portcullis/schema/compose/problem';
import { lint } from '@portcullis/schema/lint/lint';
import { defineCommand } from '../command.ts';
import { house } from '../house.ts';

export const compose = defineCommand({
  usage: ['[--config FILE] [--policies FOLDER] [--out FILE]', '[--config FILE] [--policies FOLDER] --json'],
  about: [
    'Composes the subgraphs that a source file lists and checks the conventions of the mesh.',
    'Each problem names file, line, owner and what to do. Writes nothing unless it is told where.',
  ].join('\n'),
  words: [],
  options: {
    config: {
      type: 'string',
      value: 'FILE',
      describe: 'the source; schema/supergraph.yaml of this house by default',
    },
    policies: {
      type: 'string',
      value: 'FOLDER',
      describe: 'where global/tags.yaml is; the policies of this house by default',
    },
    out: {
      type: 'string',
      value: 'FILE',
      describe: 'write the supergraph there, whole or not at all; - prints it',
    },
    json: { type: 'boolean', describe: 'print {ok, problems, supergraph} as JSON instead' },
  },
  async run({ config, policies, out, json = false }) {
    const outcome = await composeAndLint(
      config ?? house('schema/supergraph.yaml'),
      policies ?? house('policies'),
    );
    const ok = outcome.supergraph !== undefined;
    if (json) process.stdout.write(`${JSON.stringify({ ok, ...outcome }, undefined, 2)}\n`);
    else report(outcome);
    if (outcome.supergraph === undefined) return 1;
    if (out === '-') process.stdout.write(`${outcome.supergraph.trimEnd()}\n`);
    else if (out !== undefined) await writeWhole(out, outcome.supergraph);
    return 0;
  },
});

interface Outcome {
  readonly problems: readonly Problem[];
  /** Names of the subgraphs that compose. */
  readonly subgraphs?: readonly string[];
  readonly supergraph?: string;
}

async function composeAndLint(source: string, policies: string): Promise<Outcome> {
  const composition = await composeFile(source);
  if (composition.errors !== undefined) return { problems: composition.errors };
  const { hints, subgraphs, supergraphSdl: supergraph } = composition;
  const file = tagsFileOf(policies);
  const problems = [...lint(subgraphs, { tags: readTags(await readTagsFile(file), file) }), ...hints];
  if (problems.some(({ severity }) => severity === 'error')) return { problems };
  return { problems, subgraphs: subgraphs.map(({ name }) => name), supergraph };
}

function report({ problems, subgraphs = [] }: Outcome): void {
  for (const problem of problems) process.stderr.write(`${describeProblem(problem)}\n\n`);
  const counts = (['error', 'warning', 'hint'] as const).flatMap((severity) => {
    const count = problems.filter((problem) => problem.severity === severity).length;
    return count === 0 ? [] : `${count} ${severity}${count === 1 ? '' : 's'}`;
  });
  if (counts.length > 0) process.stderr.write(`${counts.join(', ')}.\n`);
  if (subgraphs.length > 0) process.stderr.write(`The graph composes: ${subgraphs.join(', ')}.\n`);
}

/** By a rename, so that a gateway that watches the file never reads half of it. */
async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, text);
  await rename(draft, file);
}
