/** The `Field` entities of Cedar: every element that rules can be about, with what they can say of it. */
import type { Element, Supergraph } from '@portcullis/schema/supergraph/supergraph';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import { elementOf, onInterfaces, split } from './elements.ts';
import type { FieldEntity } from './model.ts';

type Levels = Pick<Vocabulary, 'classification' | 'tags'>;

export function fieldEntities(supergraph: Supergraph, vocabulary: Levels): readonly FieldEntity[] {
  return [...supergraph.elements.values()].flatMap((element) => {
    const { kind } = element;
    if (kind === 'type') return [];
    // The enums and inputs by which the join spec describes itself belong to nobody.
    if (kind !== 'field' && kind !== 'argument' && element.owners.length === 0) return [];
    return [fieldEntity(supergraph, vocabulary, { ...element, kind })];
  });
}

function fieldEntity(
  supergraph: Supergraph,
  vocabulary: Levels,
  element: Element & Pick<FieldEntity, 'kind'>,
): FieldEntity {
  const [type] = split(element.coordinate);
  const tags = tagsOf(supergraph, vocabulary, element);
  const level = highest(tags, vocabulary);
  return Object.freeze({
    coordinate: element.coordinate,
    kind: element.kind,
    type,
    implements: onInterfaces(supergraph, element.coordinate).map(({ coordinate }) => coordinate),
    owners: [...element.owners].sort(),
    products: [...element.products].sort(),
    tags: Object.freeze([...tags].sort()),
    classification: vocabulary.classification[level] ?? '',
    level,
    declassified: element.declassified,
  });
}

/**
 * What is around an element can only protect it more than it says itself: with the `public` of its type, `email` would
 * be granted by every rule on `public`, and with the `public` of an interface, one domain would open the fields of another.
 */
function tagsOf(supergraph: Supergraph, vocabulary: Levels, element: Element): ReadonlySet<string> {
  const [type] = split(element.coordinate);
  const interfaces = onInterfaces(supergraph, element.coordinate);
  const ofInterfaces = interfaces.flatMap(({ coordinate, tags }) => [
    ...tags,
    ...elementOf(supergraph, split(coordinate)[0]).tags,
  ]);
  let tags: ReadonlySet<string> = element.tags;
  for (const around of [elementOf(supergraph, type).tags, ofInterfaces]) {
    const own = around === ofInterfaces || tags.size > 0 ? highest(tags, vocabulary) : 0;
    tags = new Set([...tags, ...[...around].filter((tag) => levelOf(tag, vocabulary) >= own)]);
  }
  return tags;
}

/** Without any tag it is as protected as can be: nobody has said yet that it is less. */
function highest(tags: ReadonlySet<string>, vocabulary: Levels): number {
  if (tags.size === 0) return vocabulary.classification.length - 1;
  return Math.max(...[...tags].map((tag) => levelOf(tag, vocabulary)));
}

function levelOf(tag: string, { tags, classification }: Levels): number {
  const level = classification.indexOf(tags.get(tag)?.classification ?? '');
  return level === -1 ? classification.length - 1 : level;
}
