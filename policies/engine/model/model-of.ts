/** Makes the model of what there is to decide about. */
import type { Coordinate, Supergraph } from '@portcullis/schema/supergraph/supergraph';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import { split } from './elements.ts';
import { fieldEntities } from './field-entities.ts';
import type { AccessModel, ElementNeeds, NamedCondition, SubgraphModel, TypeShape } from './model.ts';
import { NeedsReader } from './needs.ts';
import { allOf } from './requirement.ts';
import { StatedRequirements } from './stated-requirements.ts';

export function accessModelOf(
  supergraph: Supergraph,
  vocabulary: Pick<Vocabulary, 'classification' | 'tags'>,
): AccessModel {
  const fields = fieldEntities(supergraph, vocabulary);
  const fieldIds = new Map(fields.map(({ coordinate }, id) => [coordinate, id]));
  return Object.freeze({
    fields,
    fieldIds,
    elements: elementNeeds(supergraph, fieldIds),
    types: typeShapes(supergraph),
    subgraphs: subgraphModels(supergraph),
    scopes: namedScopes(supergraph),
    conditions: namedConditions(supergraph),
  });
}

function elementNeeds(
  supergraph: Supergraph,
  fieldIds: ReadonlyMap<Coordinate, number>,
): ReadonlyMap<Coordinate, ElementNeeds> {
  const reader = new NeedsReader(supergraph, fieldIds);
  const stated = new StatedRequirements(supergraph);
  const found = new Map<Coordinate, ElementNeeds>();
  for (const element of supergraph.elements.values()) {
    const { needs, through, elements } = reader.of(element);
    const isComposite = element.kind === 'field' && supergraph.possibleTypes.has(element.type ?? '');
    found.set(
      element.coordinate,
      Object.freeze({
        itself: fieldIds.get(element.coordinate),
        needs,
        through,
        requirement: allOf([...elements].map((each) => stated.of(each))),
        parent: element.kind === 'type' ? undefined : split(element.coordinate)[0],
        returns: isComposite ? element.type : undefined,
      }),
    );
  }
  return found;
}

function typeShapes({
  possibleTypes,
  fields,
  elements,
  composed,
}: Supergraph): ReadonlyMap<string, TypeShape> {
  const roots = [composed.getQueryType(), composed.getMutationType(), composed.getSubscriptionType()];
  const shapes = new Map<string, TypeShape>();
  for (const [name, possible] of possibleTypes) {
    shapes.set(name, {
      fields: (fields.get(name) ?? []).map(({ coordinate }) => coordinate),
      // An interface that nothing implements stands for itself: who serves it as an object (`@interfaceObject`) can.
      possible: possible.size === 0 ? [name] : [...possible],
      carrier: elements.get(name)?.carrier ?? false,
      root: roots.some((root) => root?.name === name),
    });
  }
  return shapes;
}

function subgraphModels({ subgraphs, elements }: Supergraph): ReadonlyMap<string, SubgraphModel> {
  const types = new Map<string, Set<string>>([...subgraphs.keys()].map((name) => [name, new Set()]));
  for (const element of elements.values()) {
    const isComposite = element.kind === 'type' || element.kind === 'field';
    if (!isComposite) continue;
    for (const subgraph of element.subgraphs) types.get(subgraph)?.add(split(element.coordinate)[0]);
  }
  return new Map(
    [...subgraphs].map(([name, { enforces }]) => [
      name,
      { enforces: [...enforces], types: [...(types.get(name) ?? [])] },
    ]),
  );
}

function namedScopes({ elements }: Supergraph): readonly string[] {
  const names = [...elements.values()].flatMap(({ scopes }) => scopes?.flat() ?? []);
  return [...new Set(names)].sort();
}

function namedConditions({ elements }: Supergraph): readonly NamedCondition[] {
  const owners = new Map<string, Set<string>>();
  for (const element of elements.values()) {
    for (const name of element.policies?.flat() ?? []) {
      const known = owners.get(name) ?? new Set();
      for (const owner of element.owners) known.add(owner);
      owners.set(name, known);
    }
  }
  return [...owners]
    .map(([name, of]) => ({ name, owners: [...of].sort() }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
