/** Runs in a thread: composes the source file that it is asked for. */
import { compose } from '../snapshot/compose.ts';
import { answerQuestions } from './answering.ts';

answerQuestions((file) => compose(String(file)));
