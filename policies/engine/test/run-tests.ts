/** Runs test files: every case, every invariant, and what neither touches. */
import type { Bundle } from '../bundle.ts';
import type { PolicyProblem } from '../problem.ts';
import { Decider, DisagreementError } from '../reference/decider.ts';
import type { Circumstances } from '../subject.ts';
import { allCircumstances, circumstancesText } from '../vocabulary/read-subject.ts';
import type { Expected, Invariant, TestCase, TestFile } from './cases.ts';
import { type Coverage, Covered, type RuleRef, refOf } from './coverage.ts';
import { type Outcome, outcomeOf } from './outcome.ts';

export interface Failure {
  readonly file: string;
  readonly line: number;
  /** `sam: filter Subscriber.phone` */
  readonly title: string;
  readonly expected: string;
  readonly actual: string;
  /** That decided. */
  readonly rules: readonly RuleRef[];
  readonly reasons: readonly string[];
  /** The engine is wrong, whatever the rules say. */
  readonly isFault: boolean;
}

export interface TestReport {
  readonly files: readonly string[];
  readonly cases: number;
  readonly invariants: number;
  /** Of test files that cannot be understood. */
  readonly problems: readonly PolicyProblem[];
  readonly failures: readonly Failure[];
  readonly coverage: Coverage;
}

type Found = Omit<Failure, 'file' | 'line'>;

export function runTests(bundle: Bundle, files: readonly TestFile[]): TestReport {
  const tests = new Tests(bundle);
  const failures = files.flatMap(({ file, cases, invariants }) => [
    ...cases.flatMap((each) => withPlace(file, each.line, () => tests.case(each))),
    ...invariants.flatMap((each) => withPlace(file, each.line, () => tests.invariant(each))),
  ]);
  return {
    files: files.map(({ file }) => file),
    cases: files.reduce((sum, { cases }) => sum + cases.length, 0),
    invariants: files.reduce((sum, { invariants }) => sum + invariants.length, 0),
    problems: files.flatMap(({ problems }) => problems),
    failures,
    coverage: tests.covered.result(),
  };
}

function withPlace(file: string, line: number, run: () => readonly Found[]): readonly Failure[] {
  try {
    return run().map((found) => ({ file, line, ...found }));
  } catch (error) {
    if (!(error instanceof DisagreementError)) throw error;
    const told = { title: 'two ways to decide differ', expected: 'one answer', actual: error.message };
    return [{ file, line, ...told, rules: [], reasons: [], isFault: true }];
  }
}

class Tests {
  readonly covered: Covered;
  readonly #bundle: Bundle;
  readonly #decider: Decider;

  constructor(bundle: Bundle) {
    this.#bundle = bundle;
    this.#decider = new Decider(bundle);
    this.covered = new Covered(bundle);
  }

  case(test: TestCase): readonly Found[] {
    const { as, action, on, circumstances, expected, because } = test;
    const outcome = outcomeOf(test, this.#decider.caller(as.subject, circumstances));
    this.covered.add(outcome.deciding, [on]);
    const named = new Set(outcome.deciding.map(({ id }) => id));
    const missing = because.filter((id) => !named.has(id));
    if (text(expected) === text(outcome) && missing.length === 0) return [];
    const by = missing.length === 0 ? '' : `, because of ${missing.join(', ')}`;
    return [
      found(`${as.name}: ${action} ${on}${this.#unusual(circumstances)}`, `${text(expected)}${by}`, outcome),
    ];
  }

  /** One failure for each principal: the first field in the first circumstances, and how many more there are. */
  invariant({ title, action, fields, principals, inClear, context }: Invariant): readonly Found[] {
    this.covered.add(
      [],
      fields.map(({ coordinate }) => coordinate),
    );
    const kinds = this.#decider.kindsOf(allCircumstances(this.#bundle.vocabulary, context));
    return principals.flatMap(({ name, subject }) => {
      const callers = kinds.map((circumstances) => this.#decider.caller(subject, circumstances));
      const broken = fields.flatMap(({ coordinate }) => {
        const caller = callers.find((each) => {
          const { allowed, mask } = each.glance(coordinate, action);
          return allowed && !(inClear && mask !== undefined);
        });
        return caller === undefined ? [] : [{ coordinate, caller }];
      });
      const [first] = broken;
      if (first === undefined) return [];
      const outcome = outcomeOf({ action, on: first.coordinate }, first.caller);
      const more = broken.length === 1 ? '' : `, and ${broken.length - 1} more`;
      const when = this.#unusual(first.caller.circumstances);
      return [found(`${title}: ${name}, ${first.coordinate}${when}${more}`, 'never', outcome)];
    });
  }

  #unusual(circumstances: Circumstances): string {
    const told = circumstancesText(circumstances, this.#bundle.vocabulary);
    return told === '' ? '' : ` (${told})`;
  }
}

function found(title: string, expected: string, outcome: Outcome): Found {
  const { deciding, reasons } = outcome;
  return { title, expected, actual: text(outcome), rules: deciding.map(refOf), reasons, isFault: false };
}

/** As a case would say it: `allow, mask hash`. */
function text({ allowed, mask, minGroup, rowFilter }: Expected): string {
  return [
    allowed ? 'allow' : 'deny',
    ...(mask === undefined ? [] : [`mask ${mask}`]),
    ...(minGroup === undefined ? [] : [`minGroup ${minGroup}`]),
    ...(rowFilter === undefined ? [] : [`rowFilter ${rowFilter}`]),
  ].join(', ');
}
