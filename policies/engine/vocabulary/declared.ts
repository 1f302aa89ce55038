/** Of a caller and the circumstances, what the vocabulary declares: rules know of nothing else. */

import type { Circumstances, Subject } from '../subject.ts';
import { fits } from './attributes.ts';
import { none, type Vocabulary } from './vocabulary.ts';

/** A value that is not declared is dropped: whoever has it has what somebody without it has. */
export function declaredSubject(
  { purposes, roles, teams, attributes }: Vocabulary,
  subject: Subject,
): Subject {
  const known = [...subject.attributes].filter(([name, value]) => {
    const type = attributes.get(name);
    return type !== undefined && fits(type, value);
  });
  return {
    kind: subject.kind,
    purpose: purposes.has(subject.purpose) ? subject.purpose : none,
    roles: within(subject.roles, roles),
    teams: within(subject.teams, teams),
    scopes: subject.scopes,
    attributes: new Map(known),
    products: subject.products,
  };
}

/** What is in no list of the configuration, or in one that the vocabulary does not know, is in the first zone. */
export function declaredCircumstances({ zones }: Vocabulary, circumstances: Circumstances): Circumstances {
  const [first = ''] = zones;
  return zones.includes(circumstances.zone) ? circumstances : { ...circumstances, zone: first };
}

function within(held: ReadonlySet<string>, declared: ReadonlyMap<string, unknown>): ReadonlySet<string> {
  return new Set([...held].filter((each) => declared.has(each)));
}
