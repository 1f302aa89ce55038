/** The body of a step's request: its text, made once, and the values of this request. */
import type { Step } from '../program.ts';
import type { Representations } from './representations.ts';

/**
 * `representations`: of each batch of the step. A batch for which there are none is asked for an empty list, which `[_Any!]!`
 * allows: the text is the same for every request.
 */
export function bodyOf(
  { head, variables, batches }: Step,
  values: Readonly<Record<string, unknown>>,
  representations: readonly Pick<Representations, 'texts' | 'variables'>[],
): string {
  const members: string[] = [];
  for (const { name, from } of variables) {
    // One that the client left out is left out: its default, or its absence, means something to the subgraph.
    if (Object.hasOwn(values, from)) members.push(`${JSON.stringify(name)}:${JSON.stringify(values[from])}`);
  }
  for (const [index, { texts, variables: own = [] }] of representations.entries()) {
    const variable = batches[index]?.variable;
    if (variable !== undefined) members.push(`"${variable}":[${texts.join()}]`);
    members.push(...own);
  }
  return `${head}{${members.join()}}}`;
}
