/** What two versions of the rules, or of what they are about, let the same callers do: where they differ. */
import type { Coordinate } from '@portcullis/schema/supergraph/supergraph';
import { type Action, actions } from '../action.ts';
import type { Bundle } from '../bundle.ts';
import { type Caller, Decider } from '../reference/decider.ts';
import type { Circumstances, Subject } from '../subject.ts';
import { holdsData } from '../test/read-invariant.ts';
import { allCircumstances, circumstancesText } from '../vocabulary/read-subject.ts';
import { type Difference, differencesIn } from './differences.ts';

export interface Compared {
  readonly name: string;
  /** As each of the two versions knows the caller. */
  readonly before: Subject;
  readonly after: Subject;
}

export interface AccessChange extends Difference {
  readonly principals: readonly string[];
  readonly actions: readonly Action[];
  readonly fields: readonly Coordinate[];
  /** In which circumstances it is so; undefined: in the usual ones. */
  readonly when: string | undefined;
}

export interface AccessDiff {
  readonly before: string;
  readonly after: string;
  readonly principals: readonly string[];
  /** What widens first. */
  readonly changes: readonly AccessChange[];
  readonly widens: boolean;
  /** Ids of rules that are in one version alone, or not the same in both: whom they concern may be none of the principals. */
  readonly rules: readonly string[];
}

export function diffAccess(before: Bundle, after: Bundle, compared: readonly Compared[]): AccessDiff {
  const versions = { before: new Decider(before), after: new Decider(after) };
  const fields = fieldsOf(before, after);
  const changes = new Changes();
  for (const each of compared) {
    const seen = new Set<string>();
    for (const circumstances of circumstancesOf(versions, after)) {
      const callers = {
        before: versions.before.caller(each.before, circumstances),
        after: versions.after.caller(each.after, circumstances),
      };
      const when = circumstancesText(circumstances, after.vocabulary);
      for (const found of differences(callers, fields)) {
        // What differs in the usual circumstances is told once.
        const key = keyOf(found);
        if (seen.has(key)) continue;
        seen.add(key);
        changes.add(each.name, found, when);
      }
    }
  }
  const all = changes.sorted();
  return {
    before: before.version,
    after: after.version,
    principals: compared.map(({ name }) => name),
    changes: all,
    widens: all.some(({ widens }) => widens),
    rules: differentRules(before, after),
  };
}

function differentRules(before: Bundle, after: Bundle): readonly string[] {
  const texts = ({ rules }: Bundle) => new Map(rules.map(({ id, text }) => [id, text]));
  const [old, now] = [texts(before), texts(after)];
  const ids = new Set([...old.keys(), ...now.keys()]);
  return [...ids].filter((id) => old.get(id) !== now.get(id)).sort();
}

interface Field {
  readonly coordinate: Coordinate;
  readonly type: string;
}

function fieldsOf(before: Bundle, after: Bundle): readonly Field[] {
  const all = [before, after].flatMap((bundle) =>
    bundle.model.fields.filter((field) => holdsData(field, bundle)),
  );
  return [...new Map(all.map((field) => [field.coordinate, field])).values()];
}

/** One for each two sets of rules that can be in force at once; the usual ones first. */
function circumstancesOf(
  { before, after }: Readonly<Record<'before' | 'after', Decider>>,
  { vocabulary }: Bundle,
): readonly Circumstances[] {
  const kinds = new Map<string, Circumstances>();
  const whole = allCircumstances(vocabulary);
  for (const each of [...whole, ...whole.map((one) => ({ ...one, breakGlass: true }))]) {
    const key = `${before.guards(each)} ${after.guards(each)}`;
    if (!kinds.has(key)) kinds.set(key, each);
  }
  return [...kinds.values()];
}

interface Found extends Difference {
  readonly action: Action;
  readonly field: Coordinate;
}

function* differences(
  { before, after }: Readonly<Record<'before' | 'after', Caller>>,
  fields: readonly Field[],
): Generator<Found> {
  for (const action of actions) {
    for (const { coordinate: field, type } of fields) {
      const found = differencesIn(
        { ...before.glance(field, action), rowFilter: before.rowFilter(type) },
        { ...after.glance(field, action), rowFilter: after.rowFilter(type) },
      );
      for (const each of found) yield { ...each, action, field };
    }
  }
}

function keyOf({ action, field, what, from, to }: Found): string {
  return JSON.stringify([action, field, what, from, to]);
}

/** Alike for several fields and several callers, a change is told once. */
class Changes {
  readonly #byField = new Map<
    string,
    { readonly found: Found; readonly when: string; readonly names: string[] }
  >();

  add(name: string, found: Found, when: string): void {
    const key = `${keyOf(found)} ${when}`;
    const known = this.#byField.get(key) ?? { found, when, names: [] };
    known.names.push(name);
    this.#byField.set(key, known);
  }

  sorted(): readonly AccessChange[] {
    const byAction = new Map<string, Alike & { readonly fields: Coordinate[] }>();
    for (const { found, when, names } of this.#byField.values()) {
      const { field, action, ...difference } = found;
      const known = entry(byAction, [difference, when, names, action], () => {
        return { difference, when, names, actions: [action], fields: [] };
      });
      known.fields.push(field);
    }
    const alike = new Map<string, Alike & { readonly actions: Action[] }>();
    for (const {
      actions: [action],
      ...each
    } of byAction.values()) {
      const { difference, when, names, fields } = each;
      const known = entry(alike, [difference, when, names, fields], () => ({ ...each, actions: [] }));
      if (action !== undefined) known.actions.push(action);
    }
    return [...alike.values()]
      .map(({ difference, when, names, actions: of, fields }) => {
        return {
          ...difference,
          principals: names,
          actions: of,
          fields,
          when: when === '' ? undefined : when,
        };
      })
      .sort((a, b) => Number(b.widens) - Number(a.widens));
  }
}

interface Alike {
  readonly difference: Difference;
  readonly when: string;
  readonly names: readonly string[];
  readonly actions: readonly Action[];
  readonly fields: readonly Coordinate[];
}

function entry<Value>(all: Map<string, Value>, key: unknown, make: () => Value): Value {
  const name = JSON.stringify(key);
  const value = all.get(name) ?? make();
  all.set(name, value);
  return value;
}
