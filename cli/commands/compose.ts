/** `portcullis compose`: the supergraph of a source file, or every reason why there is none. */
import { rename, writeFile } from 'node:fs/promises';
import { readBundle } from '@portcullis/policies/engine/bundle';
import { type PolicyFile, readPolicyFiles } from '@portcullis/policies/engine/folder';
import { BundleError, type PolicyProblem, printProblem } from '@portcullis/policies/engine/problem';
import { readVocabulary, vocabularyFile } from '@portcullis/policies/engine/vocabulary/vocabulary';
import { composeFile } from '@portcullis/schema/compose/compose';
import { describeProblem, type Problem } from '@portcullis/schema/compose/problem';
import { lint } from '@portcullis/schema/lint/lint';
import { readSupergraph } from '@portcullis/schema/supergraph/read';
import { defineCommand } from '../command.ts';
import { house } from '../house.ts';

export const compose = defineCommand({
  usage: ['[--config FILE] [--policies FOLDER] [--out FILE]', '[--config FILE] [--policies FOLDER] --json'],
  about: [
    'Composes the subgraphs that a source file lists, and checks the conventions of the mesh and its rules.',
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
      describe: 'the folder with the rules; the policies of this house by default',
    },
    out: {
      type: 'string',
      value: 'FILE',
      describe: 'write the supergraph there, whole or not at all; - prints it',
    },
    json: { type: 'boolean', describe: 'print {ok, problems, rules, supergraph} as JSON instead' },
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
  /** What is wrong with the rules, or doubtful. */
  readonly rules?: readonly PolicyProblem[];
  /** Names of the subgraphs that compose. */
  readonly subgraphs?: readonly string[];
  readonly supergraph?: string;
}

async function composeAndLint(source: string, policies: string): Promise<Outcome> {
  const composition = await composeFile(source);
  if (composition.errors !== undefined) return { problems: composition.errors };
  const { hints, subgraphs, supergraphSdl } = composition;
  const files = await readPolicyFiles(policies);
  const rules = problemsOfRules(files, () =>
    readSupergraph(
      supergraphSdl,
      new Map(),
      new Map(subgraphs.map(({ name, enforces }) => [name, enforces])),
    ),
  );
  const vocabulary = vocabularyOf(files);
  const problems = [...(vocabulary === undefined ? [] : lint(subgraphs, vocabulary)), ...hints];
  const found = { problems, ...(rules.length > 0 && { rules }) };
  if ([...problems, ...rules].some(({ severity }) => severity === 'error')) return found;
  return { ...found, subgraphs: subgraphs.map(({ name }) => name), supergraph: supergraphSdl };
}

function problemsOfRules(
  files: readonly PolicyFile[],
  supergraph: () => ReturnType<typeof readSupergraph>,
): readonly PolicyProblem[] {
  try {
    return readBundle(files, supergraph()).warnings;
  } catch (error) {
    if (error instanceof BundleError) return error.problems;
    throw error;
  }
}

/** Undefined if there is none that can be read: that is one of the problems of the rules. */
function vocabularyOf(files: readonly PolicyFile[]) {
  const file = files.find(({ path }) => path === vocabularyFile);
  try {
    return file && readVocabulary(file.text);
  } catch (error) {
    if (error instanceof BundleError) return undefined;
    throw error;
  }
}

function report({ problems, rules = [], subgraphs = [] }: Outcome): void {
  for (const problem of problems) process.stderr.write(`${describeProblem(problem)}\n\n`);
  for (const problem of rules) process.stderr.write(`${printProblem(problem)}\n\n`);
  const all = [...problems, ...rules];
  const counts = (['error', 'warning', 'hint'] as const).flatMap((severity) => {
    const count = all.filter((problem) => problem.severity === severity).length;
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
