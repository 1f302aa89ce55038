/** Cedar as it is, but it parses each set of rules once: thousands of questions are asked about a few sets. */
import {
  type AuthorizationAnswer,
  type AuthorizationCall,
  preparsePolicySet,
  statefulIsAuthorized,
} from '../cedar.ts';

/** Cedar never forgets a set that it has parsed, but replaces one of the same name. */
const mostSets = 64;
/** Their names, by what is in them; the one that was taken in first comes first. */
const sets = new Map<string, string>();

export function authorize({ policies, ...question }: AuthorizationCall): AuthorizationAnswer {
  return statefulIsAuthorized({ ...question, preparsedPolicySetId: parsed(policies) });
}

function parsed(policies: AuthorizationCall['policies']): string {
  const text = JSON.stringify(policies);
  const known = sets.get(text);
  if (known !== undefined) return known;
  const [oldest] = sets.size < mostSets ? [] : sets;
  const name = oldest === undefined ? `rules-${sets.size}` : oldest[1];
  if (oldest !== undefined) sets.delete(oldest[0]);
  const answer = preparsePolicySet(name, policies);
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
  sets.set(text, name);
  return name;
}
