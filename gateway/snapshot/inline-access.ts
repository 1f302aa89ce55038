/** Asks Cedar where it is called. */

import { readBundle } from '@portcullis/policies/engine/bundle';
import type { PolicyFile } from '@portcullis/policies/engine/folder';
import { createViewBuilder } from '@portcullis/policies/engine/views/build-views';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import type { Access } from '../request.ts';
import { accessOf } from './access-of.ts';

/** @throws BundleError */
export function createInlineAccess(files: readonly PolicyFile[], supergraph: Supergraph): Access {
  const bundle = readBundle(files, supergraph);
  const builder = createViewBuilder(bundle);
  return accessOf(bundle, {
    build: async (subject) => builder.build(subject),
    guards: async (circumstances) => builder.guards(circumstances),
    async close() {},
  });
}
