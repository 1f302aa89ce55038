/** What `npm run check` looks at, each with the tool that does it. */
import { examine, sawEverything } from './architecture.ts';
import { unlawfulMakers } from './makers.ts';
import { type Outcome, root, runTool } from './run-command.ts';

export interface Step {
  readonly name: string;
  run(): Promise<Outcome>;
}

export const steps: readonly Step[] = [
  { name: 'types (tsc)', run: () => runTool('typescript/bin/tsc', ['--noEmit', '--project', '.']) },
  {
    name: 'format and lint (Biome)',
    run: () => runTool('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']),
  },
  {
    name: 'promises and sizes (oxlint)',
    run: () => runTool('oxlint/bin/oxlint', ['--type-aware', '--deny-warnings', '.']),
  },
  { name: 'import rules (dependency-cruiser)', run: checkArchitecture },
  { name: 'who makes an AuthorizedRequest', run: checkMakers },
  { name: 'dead code (knip)', run: () => runTool('knip/bin/knip.js', ['--no-progress']) },
  {
    name: 'generated files are fresh',
    run: () => runTool('tsx/dist/cli.mjs', ['cli/portcullis.ts', 'generate', '--check']),
  },
];

async function checkArchitecture(): Promise<Outcome> {
  const architecture = await examine(root);
  if (sawEverything(architecture)) {
    return { ok: architecture.violations.length === 0, output: architecture.violations.join('\n') };
  }
  const { modules, sources } = architecture;
  return {
    ok: false,
    output: `dependency-cruiser read ${modules} of ${sources} sources: is @swc/core installed?`,
  };
}

async function checkMakers(): Promise<Outcome> {
  const makers = await unlawfulMakers(root);
  return {
    ok: makers.length === 0,
    output: makers.map((file) => `${file} imports AuthorizedRequest as a value`).join('\n'),
  };
}
