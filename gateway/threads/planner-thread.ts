/** Runs in a thread: plans for a `ThreadedPlanner`. */
import { answerQuestions } from './answering.ts';
import { createPlannerAnswers } from './planner-answers.ts';

answerQuestions(createPlannerAnswers());
