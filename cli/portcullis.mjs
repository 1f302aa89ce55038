#!/usr/bin/env node
// The `portcullis` command: `dist` where it is what the sources would become, else the sources.
import { isBuilt } from '../built.mjs';

if (isBuilt()) {
  await import('../dist/cli/portcullis.js');
} else {
  const { register } = await import('tsx/esm/api');
  register();
  await import('./portcullis.ts');
}
