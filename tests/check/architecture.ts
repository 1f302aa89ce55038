/** The import rules of the house (`.dependency-cruiser.mjs`), with a guard against a check that saw nothing. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from './run-command.ts';

export const rooms = ['gateway', 'schema', 'policies', 'subgraphs', 'demo', 'cli', 'tests'] as const;

export interface Architecture {
  /** `rule: from → to`, one for each broken rule. */
  readonly violations: readonly string[];
  readonly modules: number;
  readonly sources: number;
}

interface Report {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}

export async function examine(folder: string): Promise<Architecture> {
  const present = rooms.filter((room) => existsSync(join(folder, room)));
  const report = await cruise(folder, present);
  const counts = await Promise.all(present.map((room) => sourcesIn(join(folder, room))));
  return {
    violations: report.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
    modules: report.modules.filter(({ source }) => source.endsWith('.ts')).length,
    sources: counts.reduce((sum, count) => sum + count, 0),
  };
}

/**
 * Without a compiler that it knows, dependency-cruiser reads no TypeScript at all and reports success. So the
 * number of modules it read is compared with the number of files there are.
 */
export function sawEverything({ modules, sources }: Architecture): boolean {
  return modules >= sources;
}

async function cruise(folder: string, present: readonly string[]): Promise<Report> {
  const scratch = await mkdtemp(join(tmpdir(), 'architecture-'));
  try {
    const file = join(scratch, 'report.json');
    const config = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', '--output-to', file];
    const { output } = await runTool(
      'dependency-cruiser/bin/dependency-cruise.mjs',
      [...config, ...present],
      folder,
    );
    if (!existsSync(file)) throw new Error(`dependency-cruiser wrote no report: ${output}`);
    return JSON.parse(await readFile(file, 'utf8')) as Report;
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function sourcesIn(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  return files.filter((file) => file.endsWith('.ts') && !file.includes('node_modules')).length;
}
