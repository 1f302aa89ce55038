/** What is wrong with the graph, for the people who can mend it: where, whose, which rule, what to do. */
import { relative } from 'node:path';

/** A place in a source file, and the team that owns it. */
export interface Place {
  readonly file: string;
  /** From 1, as editors count. */
  readonly line: number;
  readonly column: number;
  readonly subgraph?: string;
  readonly owner?: string;
}

export interface Problem {
  readonly severity: 'error' | 'warning' | 'hint';
  /** Composition's own code (`FIELD_TYPE_MISMATCH`), a lint rule (`dp-description`), or one of ours (`SOURCE_YAML`). */
  readonly code: string;
  readonly message: string;
  /** The first one is the likeliest; the others are the definitions it disagrees with. Never empty. */
  readonly places: readonly [Place, ...Place[]];
  readonly advice: string;
}

/** Several problems of the source itself, found before composition can begin. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.problems = problems;
  }
}

/** One problem as a paragraph for a terminal or a log; paths are relative to `base`. */
export function describeProblem(problem: Problem, base: string = process.cwd()): string {
  const [first, ...others] = problem.places;
  return [
    `${describePlace(first, base)}  ${problem.severity} ${problem.code}`,
    ...problem.message.split('\n').map((line) => `    ${line}`),
    ...others.map((place) => `    see also ${describePlace(place, base)}`),
    `    to do: ${problem.advice}`,
  ].join('\n');
}

function describePlace(place: Place, base: string): string {
  const owned = place.owner === undefined ? '' : ` (${place.subgraph}, owned by ${place.owner})`;
  return `${relative(base, place.file)}:${place.line}:${place.column}${owned}`;
}
