/** What rules are about, as Cedar sees it: fields, and the conditions that `@policy` names. */
import type { EntityJson } from '../cedar.ts';
import type { EntityName } from '../read/entity-name.ts';
import { split } from './elements.ts';
import type { AccessModel, FieldEntity, NamedCondition } from './model.ts';

export interface Target {
  readonly name: EntityName;
  /** Domains that have to agree where no global rule permits. */
  readonly owners: readonly string[];
  /** All that it is a member of; no order. */
  readonly ancestors: readonly EntityName[];
  readonly level: number | undefined;
}

/** Fields by their ids, then named conditions. */
export function targetsOf({ fields, conditions }: AccessModel): readonly Target[] {
  return [...fields.map(fieldTarget), ...conditions.map(conditionTarget)];
}

export function conditionTarget({ name, owners }: NamedCondition): Target {
  return { name: { type: 'Policy', id: name }, owners, ancestors: [], level: undefined };
}

/**
 * Flat: were a type a member of the domains and products that have parts of it, so would be the fields that others add.
 */
export function fieldTarget(field: FieldEntity): Target {
  const of = (type: string, ids: readonly string[]) => ids.map((id) => ({ type, id }));
  return {
    name: { type: 'Field', id: field.coordinate },
    owners: field.owners,
    ancestors: [
      ...of('Type', [field.type, ...field.implements.map((each) => split(each)[0])]),
      ...of('Field', field.implements),
      ...of('DataProduct', field.products),
      ...of('Domain', field.owners),
      ...of('Tag', field.tags),
      ...of('Classification', [field.classification]),
    ],
    level: field.level,
  };
}

/** One for each owner: `resource.owner` is one domain. A permit has to hold for all of them, a forbid for one. */
export function variantsOf(target: Target): readonly EntityJson[] {
  const { name, ancestors, level } = target;
  const parents = ancestors.map(({ type, id }) => ({ type, id }));
  if (level === undefined) return [{ uid: { ...name }, attrs: {}, parents }];
  return ownersOf(target).map((owner) => ({
    uid: { ...name },
    attrs: { owner: { __entity: { type: 'Domain', id: owner } }, level },
    parents,
  }));
}

export function ownersOf({ owners }: Target): readonly string[] {
  return owners.length === 0 ? ['none'] : owners;
}
