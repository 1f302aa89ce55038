/** Cedar's own form of a file of rules; comments stay. */
import { formatPolicies } from '../cedar.ts';

/** @throws Error if it is no Cedar */
export function formatPolicyText(text: string): string {
  const answer = formatPolicies({ policyText: text, lineWidth: 100, indentWidth: 2 });
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
  return answer.formatted_policy;
}
