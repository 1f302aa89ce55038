/** What rules can tell callers apart by: callers with equal fingerprints have equal rights. */

import type { Decidable } from '../decidable.ts';
import type { Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { attributeOf } from '../vocabulary/attributes.ts';

/** Nothing about who it is: only values that the rules of the bundle mention, in an order that is the bundle's own. */
export function fingerprintOf(bundle: Decidable, subject: Subject): string {
  const { attributes, groups, kind } = mentionsOf(bundle);
  const parts = attributes.map((name) => encode(attributeOf(bundle.vocabulary.attributes, subject, name)));
  if (kind === 'identity') parts.unshift(encode(subject.kind === 'anonymous' ? 'anonymous' : 'known'));
  for (const type of groupTypes) {
    const held = [...subject[type]].filter((id) => groups[type] === 'all' || groups[type].has(id));
    parts.push(encode(held.sort()));
  }
  // Last, and absent from all others: a list of none is a limit to nothing, not the lack of one.
  if (subject.products !== undefined) parts.push(encode(productsOf(bundle, subject.products)));
  return parts.join('');
}

/** A subgraph that there is not owns nothing. */
function productsOf({ model }: Decidable, products: ReadonlySet<string>): readonly string[] {
  return [...products].filter((name) => model.subgraphs.has(name)).sort();
}

/** Lengths go before, so that no value can look like two. */
function encode(value: string | number | readonly string[]): string {
  if (typeof value === 'number') return `n${encode(String(value))}`;
  if (typeof value === 'string') return `${value.length}:${value}`;
  return `l${value.length}:${value.map(encode).join('')}`;
}

const groupTypes = ['roles', 'teams', 'scopes'] as const;
const typeOfGroup = { roles: 'Role', teams: 'Team', scopes: 'Scope' } as const;

interface Mentions {
  readonly attributes: readonly string[];
  readonly groups: Readonly<Record<(typeof groupTypes)[number], ReadonlySet<string> | 'all'>>;
  /** `identity`: rules tell no kinds apart, but directives ask whether there is anybody. */
  readonly kind: 'rules' | 'identity' | 'never';
}

const known = new WeakMap<Decidable, Mentions>();

function mentionsOf(bundle: Decidable): Mentions {
  const found = known.get(bundle) ?? readMentions(bundle);
  known.set(bundle, found);
  return found;
}

/** Rather too much than too little: what only looks as if it were mentioned makes more views, and none of them wrong. */
function readMentions({ rules, vocabulary, model }: Decidable): Mentions {
  const text = rules.flatMap(({ conditions }) => conditions.map((each) => each.text)).join('\n');
  // An escape could spell a name in a way that is not found in the text.
  const isPlain = !text.includes('\\');
  const bound = new Set(rules.flatMap(attributesBound));
  const isMentioned = (name: string) => !isPlain || text.includes(name) || bound.has(name);
  const attributes = ['kind', 'purpose', ...vocabulary.attributes.keys()].filter(isMentioned).sort();
  const needsIdentity = [...model.elements.values()].some(({ requirement }) => requirement.authenticated);
  const groupsOf = (type: 'Role' | 'Team' | 'Scope') =>
    isPlain ? new Set([...headsOf(rules, type), ...literalsOf(text)]) : 'all';
  const scopes = groupsOf(typeOfGroup.scopes);
  return {
    attributes,
    groups: {
      roles: groupsOf(typeOfGroup.roles),
      teams: groupsOf(typeOfGroup.teams),
      scopes: scopes === 'all' ? scopes : new Set([...scopes, ...model.scopes]),
    },
    kind: attributes.includes('kind') ? 'rules' : needsIdentity ? 'identity' : 'never',
  };
}

function attributesBound({ obligation }: Rule): readonly string[] {
  if (obligation?.kind !== 'rowFilter') return [];
  return obligation.all.flatMap(({ value }) => ('attribute' in value ? [value.attribute] : []));
}

function headsOf(rules: readonly Rule[], type: 'Role' | 'Team' | 'Scope'): readonly string[] {
  return rules.flatMap(({ principal }) =>
    principal.kind === 'in' && principal.type === type ? [principal.id] : [],
  );
}

/** All strings of conditions; no escapes are in them. */
function literalsOf(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"/g)].map(([, literal = '']) => literal);
}
