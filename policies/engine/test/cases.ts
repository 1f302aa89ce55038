/** What a test file says, once it is understood. */
import type { Action } from '../action.ts';
import type { Bundle } from '../bundle.ts';
import type { FieldEntity } from '../model/model.ts';
import type { PolicyProblem } from '../problem.ts';
import type { StrictYaml } from '../read/strict-yaml.ts';
import type { Circumstances, Subject } from '../subject.ts';

export interface Principal {
  readonly name: string;
  readonly subject: Subject;
}

export interface TestCase {
  readonly line: number;
  readonly as: Principal;
  readonly action: Action | 'satisfy';
  /** A coordinate, or for `satisfy` the name of a condition. */
  readonly on: string;
  readonly circumstances: Circumstances;
  readonly expected: Expected;
  /** Ids of rules that have to be among those that decide. */
  readonly because: readonly string[];
}

/** What is not named is not expected. */
export interface Expected {
  readonly allowed: boolean;
  readonly mask: string | undefined;
  readonly minGroup: number | undefined;
  readonly rowFilter: string | undefined;
}

/** Nobody of these may do this with any of the fields. */
export interface Invariant {
  readonly line: number;
  /** As written, in short. */
  readonly title: string;
  readonly action: Action;
  readonly fields: readonly FieldEntity[];
  readonly principals: readonly Principal[];
  /** Masked is fine. */
  readonly inClear: boolean;
  /** Of the rest, all zones and hours are tried; the glass is broken only if this says so. */
  readonly context: Partial<Circumstances>;
}

export interface TestFile {
  /** From the folder of the policies. */
  readonly file: string;
  readonly principals: ReadonlyMap<string, Principal>;
  readonly cases: readonly TestCase[];
  readonly invariants: readonly Invariant[];
  /** What cannot be understood; nothing of it is tried. */
  readonly problems: readonly PolicyProblem[];
}

/** What the parts of a file are read with. */
export interface Reading {
  readonly yaml: StrictYaml;
  readonly bundle: Bundle;
  /** `global`, or a domain. */
  readonly scope: string;
  readonly principals: ReadonlyMap<string, Principal>;
}
