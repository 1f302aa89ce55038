/** Plans as text: each file of golden/ has subgraphs, an operation and the plan that it gets. A new case is a new file. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Kind, parse } from 'graphql';
import { createOperation } from '../program.ts';
import { composed } from './fixture/graphs.ts';
import { createPlanner } from './planner.ts';

const folder = fileURLToPath(new URL('golden/', import.meta.url));
const files = readdirSync(folder).map((file) => [basename(file, '.txt'), `${folder}${file}`] as const);

interface Case {
  /** All that comes before the plan. */
  readonly given: string;
  readonly subgraphs: Readonly<Record<string, string>>;
  readonly operation: string;
  readonly plan: string;
}

/** Sections begin with a line `--- subgraph NAME`, `--- operation` or `--- plan`. */
function readCase(text: string): Case {
  const [title = '', ...sections] = text.split(/^--- /m);
  const subgraphs: Record<string, string> = {};
  let [operation, plan, given] = ['', '', title];
  for (const section of sections) {
    const end = section.indexOf('\n');
    const [kind, name] = section.slice(0, end).split(' ');
    const body = section.slice(end + 1);
    if (kind === 'subgraph' && name !== undefined) subgraphs[name] = body;
    if (kind === 'operation') operation = body;
    if (kind === 'plan') plan = body;
    else given += `--- ${section}`;
  }
  return { given, subgraphs, operation, plan };
}

function planOf({ subgraphs, operation }: Case): string {
  const [definition] = parse(operation, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  const plan = createPlanner(composed(subgraphs).sdl).plan(createOperation(definition));
  return `${JSON.stringify(plan.node, null, 2)}\n`;
}

describe('golden plans', () => {
  it.each(files)('%s', (_name, file) => {
    const text = readFileSync(file, 'utf8');
    const read = readCase(text);
    const plan = planOf(read);
    // With UPDATE_GOLDEN set, plans are written, for `git diff` to show.
    if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(file, `${read.given}--- plan\n${plan}`);
    else expect(plan).toBe(read.plan);
  });
});
