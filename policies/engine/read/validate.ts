/** Cedar's own validation of all rules together, in its strict mode. What it only warns of is an error here. */
import { type ValidationError, validate } from '../cedar.ts';
import type { PolicyProblem } from '../problem.ts';
import type { Rule } from '../rule.ts';
import type { CedarSchema } from './cedar-schema.ts';
import { linesIn } from './cedar-text.ts';
import { didYouMean } from './did-you-mean.ts';

export function validateRules(
  rules: readonly Rule[],
  { text, ofFields }: CedarSchema,
): readonly PolicyProblem[] {
  const isAboutConditions = ({ actions }: Rule) => actions?.has('satisfy') === true;
  return [
    ...validated(
      rules.filter((rule) => !isAboutConditions(rule)),
      ofFields,
    ),
    ...validated(rules.filter(isAboutConditions), text),
  ];
}

function validated(rules: readonly Rule[], schema: string): readonly PolicyProblem[] {
  // By place, not by name: two rules may have one name, which is another fault.
  const byKey = new Map(rules.map((rule, index) => [`rule${index}`, rule]));
  const answer = validate({
    validationSettings: { mode: 'strict' },
    schema,
    policies: { staticPolicies: Object.fromEntries([...byKey].map(([key, { text }]) => [key, text])) },
  });
  if (answer.type === 'failure') {
    throw new Error(
      `the rules cannot be validated: ${answer.errors.map(({ message }) => message).join('; ')}`,
    );
  }
  const faults = [...answer.validationErrors, ...answer.validationWarnings];
  return faults.flatMap((fault) => {
    const rule = byKey.get(fault.policyId);
    return rule === undefined || isEcho(fault, faults) ? [] : [problemOf(rule, fault)];
  });
}

/** A head that names what there is not fits no action either. */
function isEcho({ policyId, error }: ValidationError, faults: readonly ValidationError[]): boolean {
  if (!error.message.includes('unable to find an applicable action')) return false;
  return faults.filter((fault) => fault.policyId === policyId).length > 1;
}

function problemOf(rule: Rule, { error, policyId }: ValidationError): PolicyProblem {
  const { file, line, id, text } = rule;
  const start = error.sourceLocations?.[0]?.start ?? 0;
  const before = Buffer.from(text).subarray(0, start).toString();
  const at = { file, line: line + linesIn(before), rule: id, severity: 'error' as const };
  const [message = '', help] = [error.message, error.help ?? undefined].map((each) =>
    each?.replace(`for policy \`${policyId}\`: `, '').replace(`for policy \`${policyId}\`, `, ''),
  );
  return { ...at, ...(unlisted(message, help) ?? { message, advice: help ?? adviceFor(message) }) };
}

/** A name that is in no closed list, or of a list that is empty; Cedar guesses, and not always the same. */
function unlisted(
  message: string,
  help: string | undefined,
): Pick<PolicyProblem, 'message' | 'advice'> | undefined {
  const [, empty] = /^unrecognized entity type `(\w+)`/.exec(message) ?? [];
  if (empty !== undefined) {
    const advice = 'declare one in global/vocabulary.yaml or in a schema, or take it out';
    return { message: `names a ${empty}, of which there is none`, advice };
  }
  const found = /^entity `(?<type>\w+)::"(?<id>.*)"` is of an enumerated entity type/s.exec(message)?.groups;
  if (found === undefined) return undefined;
  const { type = '', id = '' } = found;
  const known = [...(help ?? '').matchAll(/"((?:\\.|[^"\\])*)"/g)].map(([, each = '']) => each);
  return { message: `names ${type}::"${id}", which there is not`, advice: didYouMean(id, known) };
}

function adviceFor(message: string): string {
  return message.startsWith('policy is impossible')
    ? 'no request can ever meet it: correct its conditions, or take it out'
    : 'names and types have to be those of global/vocabulary.yaml and of the supergraph';
}
