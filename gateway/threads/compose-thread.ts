/** Runs in a thread: composes the source file that it is asked for. */
import { composeFile } from '@portcullis/schema/compose/compose';
import { answerQuestions } from './answering.ts';

answerQuestions(async (file) => {
  const { files, supergraphSdl, errors } = await composeFile(String(file));
  return { files, supergraphSdl, errors };
});
