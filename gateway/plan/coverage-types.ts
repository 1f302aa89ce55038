/** What coverage has to know of a supergraph, as plain data. */
import type { Planned } from '@portcullis/schema/supergraph/federate';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { isAbstractType, isCompositeType, Kind, OperationTypeNode } from 'graphql';
import type { CoverageTypes } from './coverage.ts';
import { signatureOf } from './signature.ts';
import { agreedTypes, readSubgraphTypes } from './subgraph-types.ts';

export function coverageTypes({ federated, joinNames }: Planned, supergraph: Supergraph): CoverageTypes {
  const { api, possibleTypes } = supergraph;
  const visibleTypes = new Map<string, ReadonlySet<string>>();
  for (const type of Object.values(api.getTypeMap())) {
    if (!isCompositeType(type)) continue;
    const names = isAbstractType(type) ? api.getPossibleTypes(type).map(({ name }) => name) : [type.name];
    visibleTypes.set(type.name, new Set(names));
  }
  const roots = new Map(
    Object.values(OperationTypeNode).map((kind) => [kind as string, api.getRootType(kind)?.name ?? '']),
  );
  const standIns = new Map(
    [...joinNames.standIns].map(([name, field]) => [name, signatureOf({ kind: Kind.FIELD, ...field })]),
  );
  const subgraphs = readSubgraphTypes(federated, supergraph);
  return { possibleTypes, subgraphs, agreed: agreedTypes(subgraphs), visibleTypes, roots, standIns };
}
