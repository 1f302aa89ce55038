/** What is wrong with the rules of a bundle: where, and what to do about it. */

export interface PolicyProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** `@id` of the rule it is about. */
  readonly rule: string | undefined;
  readonly message: string;
  /** The way out. */
  readonly advice: string;
  readonly severity: 'error' | 'warning';
}

/** The bundle cannot be used. All that is wrong with it, warnings too, by file and line. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
  readonly problems: readonly PolicyProblem[];

  constructor(problems: readonly PolicyProblem[]) {
    const sorted = sortProblems(problems);
    super(sorted.map(printProblem).join('\n'));
    this.problems = sorted;
  }
}

export function printProblem({ file, line, rule, message, advice, severity }: PolicyProblem): string {
  const about = rule === undefined ? '' : ` [${rule}]`;
  return `${file}:${line}: ${severity}${about}: ${message}; ${advice}`;
}

export function sortProblems(problems: readonly PolicyProblem[]): readonly PolicyProblem[] {
  return problems.toSorted(
    (a, b) => compare(a.file, b.file) || a.line - b.line || compare(a.message, b.message),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
