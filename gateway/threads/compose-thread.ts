/** Runs in a thread: merges the source file that it is asked for, and then says whether the outcome holds. */
import { type MergedGraph, mergeFile } from '@portcullis/schema/compose/compose';
import { InternalError } from '../errors.ts';
import { composedOf } from '../snapshot/composed.ts';
import type { Composed } from '../snapshot/toolchain.ts';
import { answerQuestions } from './answering.ts';
import type { ComposeQuestion } from './composer.ts';

let merged: MergedGraph | undefined;

answerQuestions(async (given): Promise<Composed> => {
  const question = given as ComposeQuestion;
  if (question.step === 'verify') return verify();
  const outcome = await mergeFile(question.file);
  merged = outcome.errors === undefined ? outcome : undefined;
  return { files: outcome.files, supergraphSdl: outcome.supergraphSdl, errors: outcome.errors };
});

function verify(): Composed {
  const verified = merged?.verify();
  merged = undefined;
  if (verified === undefined) throw new InternalError('there is nothing to verify');
  return composedOf(verified);
}
