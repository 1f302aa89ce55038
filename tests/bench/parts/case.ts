/** One line of the table: some gateways, each with what it runs, beside each other. */
import { compareAnswers } from '../measure/answers.ts';
import { type Entrant, runRounds, type Setting } from '../measure/rounds.ts';
import { type CaseResult, rowOf } from '../report/result.ts';

export interface Case {
  readonly name: string;
  readonly entrants: readonly Entrant[];
}

export async function runCase({ name, entrants }: Case, setting: Setting): Promise<CaseResult> {
  const replyBytes = await compareAnswers(entrants, setting.tokensFile);
  const found = await runRounds(entrants, setting);
  const [first = []] = found;
  const rows = entrants.map(({ contender }, at) => rowOf(contender.name, found[at] ?? [], first));
  return { name, replyBytes, rows };
}
