/** Runs in a thread: asks Cedar for a `threaded access`. */
import { answerQuestions } from './answering.ts';
import { createViewsAnswers } from './views-answers.ts';

answerQuestions(createViewsAnswers());
