/** The other side of a `Thread`: runs in it and answers its questions. */
import { parentPort } from 'node:worker_threads';
import { failureOf } from './failure.ts';
import type { Answer } from './thread.ts';

export function answerQuestions(answer: (question: unknown) => unknown): void {
  parentPort?.on('message', (question: unknown) => void reply(answer, question));
}

async function reply(answer: (question: unknown) => unknown, question: unknown): Promise<void> {
  let answered: Answer;
  try {
    answered = { value: await answer(question) };
  } catch (error) {
    answered = { failure: failureOf(error) };
  }
  parentPort?.postMessage(answered);
}
