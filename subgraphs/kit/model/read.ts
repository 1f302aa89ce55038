/** From an authored `schema.graphql` to the domain model, or to one error that tells everything wrong with it. */
import { checkDomain } from './checks.ts';
import { has } from './directives.ts';
import { type Domain, type Entity, type ResolvedField, rootTypes } from './domain.ts';
import { readEntity } from './entities.ts';
import { fieldType } from './field-type.ts';
import { readGuards } from './guards.ts';
import { readKeys } from './keys.ts';
import { Problems } from './problems.ts';
import type { Reading } from './reading.ts';
import { possibleTypes, readSource, type Source } from './source.ts';

/**
 * Reads what a domain team wrote.
 * @throws AuthoringError with every problem, each with its line, its type and field, and what to do.
 */
export function readDomain(authored: string): Domain {
  const problems = new Problems();
  const source = readSource(authored, problems);
  const reading: Reading = { source, keys: readKeys(source, problems), problems };
  const entities = new Map<string, Entity>();
  for (const type of source.types.values()) {
    if (!has(type, 'key') && !has(type, 'table')) continue;
    const entity = readEntity(reading, type);
    if (entity !== undefined) entities.set(type.name, entity);
  }
  checkDomain(entities, source, problems);
  const guarded = readGuards(entities, source, problems);
  problems.throwIfAny();
  return Object.freeze({
    document: source.document,
    entities,
    possible: possibleTypes(source),
    enums: source.enums,
    roots: readRoots(source),
    guarded,
  });
}

/** Root fields have nowhere else to come from: every authored one is resolved by the domain. */
function readRoots(source: Source): Domain['roots'] {
  const roots = new Map<string, ReadonlyMap<string, ResolvedField>>();
  for (const name of rootTypes) {
    const fields = source.types.get(name)?.fields ?? [];
    roots.set(
      name,
      new Map(
        fields.map((field) => [
          field.name.value,
          Object.freeze({ field: field.name.value, type: fieldType(field).name, needs: [] }),
        ]),
      ),
    );
  }
  return roots;
}
