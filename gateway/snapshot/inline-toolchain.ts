/** Composes and plans where it is called: for tests, and for whoever serves nobody meanwhile. */
import { composeFile } from '@portcullis/schema/compose/compose';
import { createPlanner } from '../plan/planner.ts';
import { composedOf } from './composed.ts';
import type { Toolchain } from './toolchain.ts';

export const inlineToolchain: Toolchain = Object.freeze({
  compose: async (file: string) => composedOf(await composeFile(file)),
  createPlanner: async (supergraphSdl: string) => createPlanner(supergraphSdl),
});
