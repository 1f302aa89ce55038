/** All rules of a mesh over one supergraph: read, checked, and as plain data, so that it can be handed to a thread. */
import { createHash } from 'node:crypto';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { type PolicyFile, versionOf } from './folder.ts';
import { lint } from './lint/lint.ts';
import { FieldIndex } from './model/field-index.ts';
import type { AccessModel } from './model/model.ts';
import { accessModelOf } from './model/model-of.ts';
import { BundleError, type PolicyProblem, sortProblems } from './problem.ts';
import { cedarSchemaOf } from './read/cedar-schema.ts';
import { readRules } from './read/read-rules.ts';
import { validateRules } from './read/validate.ts';
import type { Rule } from './rule.ts';
import { readVocabulary, type Vocabulary, vocabularyFile } from './vocabulary/vocabulary.ts';

export interface Bundle {
  /** Of the rules alone, whatever graph they are about: what people are told, to find the revision that has them. */
  readonly version: string;
  /** Of the rules and the supergraph: equal keys decide equally. */
  readonly key: string;
  readonly vocabulary: Vocabulary;
  readonly model: AccessModel;
  readonly rules: readonly Rule[];
  /** In Cedar's schema language. */
  readonly schemaText: string;
  readonly warnings: readonly PolicyProblem[];
}

/** @throws BundleError with all that is wrong, by file and line; a bundle with a fault is no bundle */
export function readBundle(files: readonly PolicyFile[], supergraph: Supergraph): Bundle {
  const vocabulary = readVocabulary(vocabularyOf(files));
  const model = accessModelOf(supergraph, vocabulary);
  const schema = cedarSchemaOf(vocabulary, model);
  const read = files.filter(({ path }) => path.endsWith('.cedar')).map(readRules);
  const rules = read.flatMap((each) => each.rules);
  const unread = read.flatMap((each) => each.problems);
  const linted = { rules, model, vocabulary, supergraph, index: new FieldIndex(model) };
  const problems = [...unread, ...validateRules(rules, schema), ...lint(linted, unread.length === 0)];
  if (problems.some(({ severity }) => severity === 'error')) throw new BundleError(problems);
  const version = versionOf(files);
  const warnings = sortProblems(problems);
  const key = keyOf(version, supergraph);
  return Object.freeze({ version, key, vocabulary, model, rules, schemaText: schema.text, warnings });
}

function vocabularyOf(files: readonly PolicyFile[]): string {
  const found = files.find(({ path }) => path === vocabularyFile);
  if (found !== undefined) return found.text;
  throw new BundleError([
    {
      file: vocabularyFile,
      line: 1,
      rule: undefined,
      message: 'is not there',
      advice: 'write it, see docs/policies.md, or name the folder that has it',
      severity: 'error',
    },
  ]);
}

function keyOf(version: string, { sdl, subgraphs }: Supergraph): string {
  // What subgraphs carry out stands beside the supergraph, and decides as well.
  const enforces = [...subgraphs].map(([name, each]) => [name, ...[...each.enforces].sort()]).sort();
  const text = JSON.stringify([version, sdl, enforces]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
