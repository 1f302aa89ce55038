/** Names that exist, and domains that stay with what is theirs. */

import { parseClause } from '../read/clauses.ts';
import { didYouMean } from '../read/did-you-mean.ts';
import { type EntityName, printEntity } from '../read/entity-name.ts';
import { everyPart, expressionOf } from '../read/expression.ts';
import type { Place } from '../read/places.ts';
import type { Rule } from '../rule.ts';
import type { Lint, LintedBundle } from './linted.ts';
import { problemOf } from './problem-of.ts';

export const uniqueIds: Lint = function* ({ rules }) {
  const first = new Map<string, Rule>();
  for (const rule of rules) {
    const other = first.get(rule.id);
    if (other === undefined) first.set(rule.id, rule);
    else
      yield problemOf(
        rule,
        { annotation: 'id' },
        {
          message: `has the name of the rule at ${other.file}:${other.line}`,
          advice: 'give it a name of its own',
        },
      );
  }
};

/** More likely files are missing than that nobody is to see anything. */
export const permitsSomething: Lint = function* ({ rules }) {
  if (rules.some(({ effect }) => effect === 'permit')) return;
  yield {
    file: 'global',
    line: 1,
    rule: undefined,
    message: 'no rule permits anything',
    advice: 'write a permit, or look whether this is the right folder',
    severity: 'error',
  };
};

export const withinDomain: Lint = function* ({ rules, model, index }) {
  for (const rule of rules) {
    const { scope, resource } = rule;
    if (scope === 'global') continue;
    if (!model.subgraphs.has(scope)) {
      yield problemOf(
        rule,
        { annotation: 'id' },
        {
          message: `stands in the folder of ${scope}, which is no domain`,
          advice: didYouMean(scope, ['global', ...model.subgraphs.keys()]),
        },
      );
    } else if (resource.kind === 'all') {
      const advice = `write \`resource in Domain::"${scope}"\` for all that the domain owns`;
      yield problemOf(rule, { head: 'resource' }, { message: 'names no resource', advice });
    } else if (!isOwn(resource, rule, { model, index })) {
      const advice = 'a domain decides about its own fields; ask the owner, or write a global rule';
      const message = `is about ${printEntity(resource)}, of which ${scope} owns nothing`;
      yield problemOf(rule, { head: 'resource' }, { message, advice });
    }
  }
};

/** Tags and classes are everybody's: a rule on them holds for what the domain owns of them, be it nothing yet. */
function isOwn(
  { type, id }: EntityName,
  rule: Rule,
  { model, index }: Pick<LintedBundle, 'model' | 'index'>,
): boolean {
  const { scope } = rule;
  switch (type) {
    case 'Tag':
    case 'Classification':
      return true;
    case 'Domain':
      return id === scope || !model.subgraphs.has(id);
    case 'Policy':
      return model.conditions.some(({ name, owners }) => name === id && owners.includes(scope));
    default:
      // What nobody owns is another fault: a name that does not exist.
      return index.of(rule).length > 0 || index.of({ ...rule, scope: 'global' }).length === 0;
  }
}

/** Cedar knows the closed lists; these it takes as they come. */
export const namesExist: Lint = function* ({ rules, model }) {
  const known: Readonly<Record<string, readonly string[]>> = {
    Field: model.fields.map(({ coordinate }) => coordinate),
    Type: [...new Set(model.fields.flatMap(({ type, implements: others }) => [type, ...others.map(typeOf)]))],
    DataProduct: [...new Set(model.fields.flatMap(({ products }) => products))],
  };
  const sets = new Map(Object.entries(known).map(([type, ids]) => [type, new Set(ids)]));
  for (const rule of rules) {
    for (const [place, name] of entitiesOf(rule)) {
      const { type, id } = name;
      if (sets.get(type)?.has(id) !== false) continue;
      const message = `names ${printEntity(name)}, which the supergraph does not have`;
      yield problemOf(rule, place, { message, advice: didYouMean(id, known[type] ?? []) });
    }
  }
};

function typeOf(coordinate: string): string {
  return coordinate.split('.')[0] ?? '';
}

function entitiesOf({ resource, conditions }: Rule): readonly (readonly [Place, EntityName])[] {
  const named = conditions.flatMap((condition, clause) => {
    const parts = [...everyPart(expressionOf(parseClause(condition).body))];
    return parts.flatMap(({ entity }) => (entity === undefined ? [] : [[{ clause }, entity] as const]));
  });
  return resource.kind === 'all' ? named : [[{ head: 'resource' }, resource], ...named];
}

/** A condition that `@policy` names and nothing satisfies closes what carries it to everybody. */
export const satisfiable: Lint = function* ({ rules, model }) {
  const satisfying = rules.filter(({ effect, actions }) => effect === 'permit' && actions?.has('satisfy'));
  for (const { name, owners } of model.conditions) {
    if (
      satisfying.some(
        ({ resource }) => resource.kind === 'all' || (resource.type === 'Policy' && resource.id === name),
      )
    )
      continue;
    yield {
      file: owners[0] ?? 'global',
      line: 1,
      rule: undefined,
      message: `no rule says when the condition "${name}" of @policy holds`,
      advice: `write permit (principal, action == Action::"satisfy", resource == Policy::"${name}") when { … };`,
      severity: 'error',
    };
  }
};

/** A limit on a tag looks as if it held for all that carries the tag. */
export const tagsOfOthers: Lint = function* ({ rules, model }) {
  for (const rule of rules) {
    const { scope, resource, effect } = rule;
    if (scope === 'global' || effect === 'permit' || resource.kind === 'all' || resource.type !== 'Tag')
      continue;
    const others = model.fields.filter(
      ({ tags, owners }) => tags.includes(resource.id) && !owners.includes(scope),
    );
    const domains = [...new Set(others.flatMap(({ owners }) => owners))].sort();
    if (domains.length === 0) continue;
    const message = `limits the tag "${resource.id}" in ${scope} alone; fields of ${domains.join(' and ')} carry it too`;
    const advice = 'write it as a global rule, if it is meant for all of them';
    yield problemOf(rule, { head: 'resource' }, { message, advice, severity: 'warning' });
  }
};
