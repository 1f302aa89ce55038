/** From something that names an entity (a reference's columns, the gateway's representation, a resolver's answer) to the entity. */
import type { GraphQLResolveInfo } from 'graphql';
import type {
  Domain,
  Entity,
  KeyField,
  Reference,
  StoredValue,
  StubEntity,
  TableEntity,
} from '../model/domain.ts';
import { badUserInput } from '../query/errors.ts';
import { keyText } from '../query/values.ts';
import type { SubgraphContext } from '../server/context.ts';
import { type EntityKey, loadEntity } from './entity.ts';
import { valuesToRead } from './reading.ts';
import { FieldMemo } from './selection.ts';
import type { KitResolver, ObjectValue } from './types.ts';

type ReferenceResolver = (sent: ObjectValue, context: SubgraphContext, info: GraphQLResolveInfo) => unknown;

/** Everything that leads to entities of one domain. */
export interface References {
  /** The resolver of a `@reference` field. */
  readonly field: (reference: Reference) => KitResolver;
  /** A type's `__resolveReference` (federation's `_entities`). */
  readonly representation: (entity: Entity) => ReferenceResolver;
  /** The entity behind `{__typename, …key}`, as a domain's resolver answers it. */
  readonly load: (
    entity: TableEntity,
    sent: ObjectValue,
    context: SubgraphContext,
    info: GraphQLResolveInfo,
  ) => Promise<ObjectValue | null>;
}

export function createReferences(domain: Domain): References {
  const memo = new FieldMemo<readonly StoredValue[]>();
  const read = (
    entity: TableEntity,
    key: EntityKey,
    context: SubgraphContext,
    info: GraphQLResolveInfo,
  ): Promise<ObjectValue | null> => {
    const values = memo.of(info, entity.name, () =>
      valuesToRead({ domain, access: context.access }, entity, info, info.fieldNodes),
    );
    return loadEntity(context, entity, key, values);
  };
  const load: References['load'] = (entity, sent, context, info) =>
    read(entity, sentKey(entity, sent), context, info);
  return {
    load,
    field: (reference) => (parent, _args, context, info) => {
      const entity = targetOf(domain, reference, parent);
      const values = reference.values.map(({ alias }) => parent[alias] ?? null);
      if (entity === undefined || values.includes(null)) return null;
      if (entity.source === 'stub') return stubOf(entity, values);
      return read(entity, { key: entity.key, values: values.map(String) }, context, info);
    },
    representation: (entity) => {
      if (entity.source === 'table') {
        return async (sent, context, info) =>
          withExternals(entity, sent, await load(entity, sent, context, info));
      }
      if (!entity.interface) {
        return async (sent, { access }) => {
          sentKey(entity, sent);
          // Filtered and absent look the same.
          return access.isOpen(entity.name) ? { ...sent } : null;
        };
      }
      return (sent, context, info) => firstMember(domain, entity, load, { sent, context, info });
    },
  };
}

/** The entity that a reference's columns mean; none where the column of the `__typename` names no type of the target. */
function targetOf(domain: Domain, { target, typename }: Reference, parent: ObjectValue): Entity | undefined {
  if (typename === undefined) return domain.entities.get(target);
  const name = parent[typename.alias];
  const isPossible = typeof name === 'string' && domain.possible.get(target)?.includes(name) === true;
  return isPossible ? domain.entities.get(name) : undefined;
}

/** An entity of another domain is its key: the gateway asks that domain for the rest. */
function stubOf(entity: StubEntity, values: readonly unknown[]): ObjectValue {
  const key = entity.key.map(({ field }, part) => [field, values[part]]);
  return { __typename: entity.name, ...Object.fromEntries(key) };
}

/** The first key whose fields are all there, as texts. */
function sentKey(entity: Entity, sent: ObjectValue): EntityKey {
  const complete = (key: readonly KeyField[]): boolean =>
    key.every(({ field }) => sent[field] !== undefined && sent[field] !== null);
  const key = [...entity.keys, entity.key].find(complete);
  const values = key?.map(({ field, scalar }) => keyText(scalar, sent[field]));
  if (key === undefined || values === undefined || !values.every((value) => value !== undefined)) {
    throw badUserInput(`a reference to ${entity.name} needs the values of one of its keys`);
  }
  return { key, values };
}

/** `@external` fields are another domain's: the gateway sends them where `@requires` asks for them. */
function withExternals(
  entity: TableEntity,
  sent: ObjectValue,
  loaded: ObjectValue | null,
): ObjectValue | null {
  if (loaded === null || entity.external.size === 0) return loaded;
  const externals = Object.entries(sent).filter(([field]) => entity.external.has(field));
  return { ...Object.fromEntries(externals), ...loaded };
}

interface Sent {
  readonly sent: ObjectValue;
  readonly context: SubgraphContext;
  readonly info: GraphQLResolveInfo;
}

/** An entity interface without a table: its key is in the table of one of its types. */
async function firstMember(
  domain: Domain,
  { name }: StubEntity,
  load: References['load'],
  { sent, context, info }: Sent,
): Promise<ObjectValue | null> {
  const members = (domain.possible.get(name) ?? []).flatMap((member) => {
    const entity = domain.entities.get(member);
    return entity?.source === 'table' ? [load(entity, sent, context, info)] : [];
  });
  return (await Promise.all(members)).find((found) => found !== null) ?? null;
}
