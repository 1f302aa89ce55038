/** Composes, plans and asks for rights where it is called: for tests, and for whoever serves nobody meanwhile. */

import type { PolicyFile } from '@portcullis/policies/engine/folder';
import { composeFile } from '@portcullis/schema/compose/compose';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { createPlanner } from '../plan/planner.ts';
import { composedOf } from './composed.ts';
import { createInlineAccess } from './inline-access.ts';
import type { Toolchain } from './toolchain.ts';

export const inlineToolchain: Toolchain = Object.freeze({
  compose: async (file: string) => composedOf(await composeFile(file)),
  createPlanner: async (supergraphSdl: string) => createPlanner(supergraphSdl),
  createAccess: async (files: readonly PolicyFile[], supergraph: Supergraph) =>
    createInlineAccess(files, supergraph),
});
