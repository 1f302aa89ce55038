/** Composes a source file, as plain data: it can be done in a thread. */
import { composeFile } from '@portcullis/schema/compose/compose';
import type { Composed } from './toolchain.ts';

export async function compose(file: string): Promise<Composed> {
  const composition = await composeFile(file);
  if (composition.errors !== undefined) return { files: composition.files, errors: composition.errors };
  const { files, supergraphSdl, subgraphs } = composition;
  const events = subgraphs.flatMap(({ name, events: address }) =>
    address === undefined ? [] : [[name, address] as const],
  );
  return { files, supergraphSdl, events };
}
