/** What comes of a composition, as plain data: it can be done in a thread. */
import type { Composition } from '@portcullis/schema/compose/compose';
import type { Composed } from './toolchain.ts';

/** Without the documents by which errors were explained. */
export function composedOf(composition: Composition): Composed {
  if (composition.errors !== undefined) return { files: composition.files, errors: composition.errors };
  const { files, supergraphSdl, subgraphs } = composition;
  const events = subgraphs.flatMap(({ name, events: address }) =>
    address === undefined ? [] : [[name, address] as const],
  );
  const enforces = subgraphs.map(({ name, enforces: what }) => [name, what] as const);
  return { files, supergraphSdl, events, enforces };
}
