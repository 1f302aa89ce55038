/** Composes and plans where it is called: for tests, and for whoever serves nobody meanwhile. */
import { createPlanner } from '../plan/planner.ts';
import { compose } from './compose.ts';
import type { Toolchain } from './toolchain.ts';

export const inlineToolchain: Toolchain = Object.freeze({
  compose,
  createPlanner: async (supergraphSdl: string) => createPlanner(supergraphSdl),
});
