/** What would come out otherwise, if one thing about the caller or the circumstances were another. */
import type { Bundle } from '../bundle.ts';
import type { UseDecision } from '../reference/decider.ts';
import type { Circumstances, Subject } from '../subject.ts';
import type { Asking } from './asking.ts';
import { type Cause, causesOf } from './causes.ts';
import { type Shown, shownOf } from './shown.ts';

/** Something else about the caller or the circumstances. */
export interface Way {
  /** `purpose fraud_prevention`, `from zone internet`, `from 6:00 to 19:59 UTC` */
  readonly if: string;
  /** The caller cannot do it alone: somebody has to grant it first, as far as is known. */
  readonly needsGrant: boolean;
}

export interface Change extends Way {
  readonly outcome: string;
  readonly allowed: boolean;
}

/** One of several things that stand in the way, with what would take it away. */
export interface Obstacle {
  /** In words. */
  readonly cause: string;
  readonly ways: readonly Way[];
}

export interface Alternatives {
  readonly changes: readonly Change[];
  /** If there are several: to change one of them is not enough. */
  readonly obstacles: readonly Obstacle[];
}

/**
 * Of what the caller can do, all that makes a difference; of what has to be granted, what would allow it or show more. Purposes
 * that would limit it otherwise are of interest too.
 */
export function alternativesTo(asking: Asking, decision: UseDecision): Alternatives {
  const found = candidatesOf(asking, decision).map((candidate) => ({
    ...candidate,
    ...outcomeIf(asking, decision, candidate),
  }));
  const now = shownOf(decision, asking.supergraph);
  const changes = [
    ...found.filter(({ hour }) => hour === undefined),
    ...spans(found, ({ outcome }) => outcome),
  ].filter((each) => isTold(each, now));
  const causes = causesOf(decision, asking.supergraph);
  return {
    changes: changes.map(({ if: name, needsGrant, outcome, allowed }) => ({
      if: name,
      needsGrant,
      outcome,
      allowed,
    })),
    obstacles: causes.length < 2 ? [] : causes.map((cause) => obstacleOf(cause, found)),
  };
}

interface Candidate extends Way {
  readonly subject: Subject;
  readonly circumstances: Circumstances;
  readonly isPurpose?: boolean;
  /** Hours with one outcome are told together. */
  readonly hour?: number;
}

interface Found extends Candidate, Shown {
  /** By their keys. */
  readonly causes: ReadonlySet<string>;
}

function outcomeIf(
  asking: Asking,
  { coordinate, action }: UseDecision,
  { subject, circumstances }: Candidate,
): Shown & Pick<Found, 'causes'> {
  const decision = asking.decider.caller(subject, circumstances).decide(coordinate, action);
  const causes = causesOf(decision, asking.supergraph);
  return { ...shownOf(decision, asking.supergraph), causes: new Set(causes.map(({ key }) => key)) };
}

function isTold({ needsGrant, isPurpose, ...other }: Found, now: Shown): boolean {
  if (other.outcome === now.outcome) return false;
  if (!needsGrant) return true;
  return other.allowed && (isPurpose === true || !now.allowed || (now.isMasked && !other.isMasked));
}

function obstacleOf({ key, text }: Cause, found: readonly Found[]): Obstacle {
  const without = found.filter(({ causes }) => !causes.has(key));
  const ways = [...without.filter(({ hour }) => hour === undefined), ...spans(without, () => '')];
  return { cause: text, ways: ways.map(({ if: name, needsGrant }) => ({ if: name, needsGrant })) };
}

function candidatesOf({ bundle, caller, grants }: Asking, decision: UseDecision): readonly Candidate[] {
  const { subject, circumstances } = caller;
  const given = { subject, circumstances };
  const isKnown = subject.kind !== 'anonymous';
  const places = bundle.vocabulary.zones.filter((zone) => zone !== circumstances.zone);
  const { breakGlass } = circumstances;
  const glass = {
    if: breakGlass ? 'without break-glass' : 'with break-glass',
    needsGrant: !breakGlass && grants?.breakGlass !== true,
    subject,
    circumstances: { ...circumstances, breakGlass: !breakGlass },
  };
  return [
    ...(isKnown ? purposes(bundle, subject, grants) : []).map((each) => ({ ...given, ...each })),
    ...places.map((zone) => ({
      if: `from zone ${zone}`,
      needsGrant: false,
      subject,
      circumstances: { ...circumstances, zone },
    })),
    ...(isKnown || breakGlass ? [glass] : []),
    ...Array.from({ length: 24 }, (_, hour) => ({
      if: '',
      needsGrant: false,
      hour,
      subject,
      circumstances: { ...circumstances, hour },
    })),
    ...persons(bundle, subject, decision).map(([name, other]) => ({
      if: name,
      needsGrant: true,
      subject: other,
      circumstances,
    })),
  ];
}

function purposes({ vocabulary }: Bundle, subject: Subject, grants: Asking['grants']) {
  // Whoever was granted purposes cannot lay them down.
  const all = [...(grants === undefined ? ['none'] : []), ...vocabulary.purposes.keys()];
  return all
    .filter((purpose) => purpose !== subject.purpose)
    .map((purpose) => ({
      if: purpose === 'none' ? 'without a purpose' : `purpose ${purpose}`,
      needsGrant: purpose !== 'none' && grants?.purposes.has(purpose) !== true,
      isPurpose: true,
      subject: { ...subject, purpose },
    }));
}

/** Hours of which `likeness` says the same, as one. */
function spans(found: readonly Found[], likeness: (each: Found) => string): readonly Found[] {
  const groups = new Map<string, { readonly first: Found; readonly spans: [number, number][] }>();
  for (const each of found) {
    const { hour } = each;
    if (hour === undefined) continue;
    const known = groups.get(likeness(each)) ?? { first: each, spans: [] };
    const last = known.spans.at(-1);
    if (last !== undefined && last[1] === hour - 1) last[1] = hour;
    else known.spans.push([hour, hour]);
    groups.set(likeness(each), known);
  }
  return [...groups.values()].map((each) => ({
    ...each.first,
    if: `from ${each.spans.map(([from, to]) => `${from}:00 to ${to}:59`).join(' and ')} UTC`,
  }));
}

/** With one role, team or scope more, or another attribute; of whoever is nobody, signed in. */
function persons(
  { vocabulary, model }: Bundle,
  subject: Subject,
  { parts, ofOthers }: UseDecision,
): readonly (readonly [string, Subject])[] {
  if (subject.kind === 'anonymous') return [['signed in', { ...subject, kind: 'human' }]];
  const more = (key: 'roles' | 'teams' | 'scopes', label: string, names: Iterable<string>) =>
    [...names]
      .filter((name) => !subject[key].has(name))
      .map((name) => [`${label} ${name}`, { ...subject, [key]: new Set([...subject[key], name]) }] as const);
  const level = Math.max(0, ...parts.map(({ field }) => field.level));
  const attributes = [...vocabulary.attributes].flatMap(([name, type]) => {
    const values = type.type === 'enum' ? type.values : type.type === 'Long' ? [level] : [];
    return values
      .filter((value) => value !== subject.attributes.get(name))
      .map(
        (value) =>
          [
            `${name} ${value}`,
            { ...subject, attributes: new Map([...subject.attributes, [name, value]]) },
          ] as const,
      );
  });
  return [
    ...withProducts(subject, [...parts.map(({ field }) => field), ...ofOthers]),
    ...more('scopes', 'scope', model.scopes),
    ...attributes,
    ...more('roles', 'role', vocabulary.roles.keys()),
    ...more('teams', 'team', vocabulary.teams.keys()),
  ];
}

/** Of a caller who is limited to products: with those too of which something is asked for. */
function withProducts(
  subject: Subject,
  fields: UseDecision['ofOthers'],
): readonly (readonly [string, Subject])[] {
  const { products } = subject;
  if (products === undefined) return [];
  const missing = fields
    .filter(({ owners }) => !owners.some((each) => products.has(each)))
    .flatMap(({ owners }) => owners);
  if (missing.length === 0) return [];
  const names = [...new Set(missing)].sort();
  return [
    [`products ${names.join(', ')} as well`, { ...subject, products: new Set([...products, ...names]) }],
  ];
}
