/** Reads the rules of one file: each policy taken apart, or what is wrong with it. */

import { type Action, actions } from '../action.ts';
import {
  type ActionConstraint,
  type Annotations,
  type EntityUidJson,
  type PolicyJson,
  type PrincipalConstraint,
  policyToJson,
  type ResourceConstraint,
} from '../cedar.ts';
import type { PolicyFile } from '../folder.ts';
import type { PolicyProblem } from '../problem.ts';
import type { Obligation, PrincipalHead, ResourceHead, Rule } from '../rule.ts';
import { lineAt, linesIn, type PolicyText, splitPolicies } from './cedar-text.ts';
import { readConditions } from './conditions.ts';
import { didYouMean } from './did-you-mean.ts';
import { entityOf, printEntity } from './entity-name.ts';
import { obligationNames, readObligation } from './obligation.ts';
import { lineOf, type Place } from './places.ts';

export interface ReadRules {
  readonly rules: readonly Rule[];
  readonly problems: readonly PolicyProblem[];
}

export function readRules({ path, text }: PolicyFile): ReadRules {
  const [scope = '', ...rest] = path.split('/');
  if (rest.length === 0) return { rules: [], problems: [fault(path, stray)] };
  const rules: Rule[] = [];
  const problems: PolicyProblem[] = [];
  const policies = splitPolicies(text);
  if (policies.length === 0) return { rules: [], problems: [fault(path, empty)] };
  for (const policy of policies) {
    const reader = new RuleReader(policy, { scope, file: path });
    const rule = reader.read();
    if (rule !== undefined) rules.push(rule);
    problems.push(...reader.problems);
  }
  return { rules, problems };
}

const stray = {
  message: 'lies in no folder, so it is not said for whom its rules are',
  advice: 'move it to `global`, or to the folder of a domain',
};
/** What it forbade would be open, if it has been cut off. */
const empty = { message: 'has no rule in it', advice: 'write one, or delete the file' };

/** Of the file as a whole. */
function fault(file: string, told: Pick<PolicyProblem, 'message' | 'advice'>): PolicyProblem {
  return { file, line: 1, rule: undefined, ...told, severity: 'error' };
}

const principalTypes = ['Role', 'Team', 'Scope'] as const;
const resourceTypes = ['Field', 'Type', 'DataProduct', 'Domain', 'Tag', 'Classification', 'Policy'] as const;
const descriptions = ['doc', 'owner', 'ticket'] as const;
const annotationNames: readonly string[] = ['id', ...descriptions, ...obligationNames];

/** For `@rowFilter("region = "AMERICAS"")`, whose quotes end where they begin. */
function quotesAdvice(text: string): string | undefined {
  const [, before, value] = /@rowFilter\("([^"\\\n]*)"([^"\\\n)]+)"/.exec(text) ?? [];
  if (value === undefined) return undefined;
  return `write quotes within quotes with backslashes: @rowFilter("${before}\\"${value}\\"")`;
}

class RuleReader {
  readonly problems: PolicyProblem[] = [];
  readonly #policy: PolicyText;
  readonly #place: Pick<Rule, 'scope' | 'file'>;
  #id: string | undefined;

  constructor(policy: PolicyText, place: Pick<Rule, 'scope' | 'file'>) {
    this.#policy = policy;
    this.#place = place;
  }

  /** Undefined if something is wrong with it. */
  read(): Rule | undefined {
    const { text, lacksEnd, line } = this.#policy;
    const parsed = policyToJson(lacksEnd ? `${text};` : text);
    // What is wrong before it has been read is about it too.
    if (parsed.type === 'success') this.#id = parsed.json.annotations?.['id'] ?? undefined;
    if (lacksEnd) this.#faultAt(line + linesIn(text), 'ends without a semicolon', 'write `;` after it');
    if (parsed.type === 'success') return this.#rule(parsed.json);
    for (const { message, help, sourceLocations } of parsed.errors) {
      const at = sourceLocations?.[0]?.start;
      this.#faultAt(
        at === undefined ? line : lineAt(this.#policy, at),
        `is no policy of Cedar's: ${message.replace('failed to parse policy from string: ', '')}`,
        quotesAdvice(text) ?? help ?? 'correct it; see docs.cedarpolicy.com',
      );
    }
    return undefined;
  }

  #rule({ effect, principal, action, resource, conditions, annotations = {} }: PolicyJson): Rule | undefined {
    const written = this.#annotations(annotations);
    const rule: Rule = {
      id: this.#readId(written.get('id')),
      effect,
      ...this.#place,
      line: this.#policy.line,
      text: this.#policy.text,
      principal: this.#principal(principal),
      actions: this.#actions(action),
      resource: this.#resource(resource),
      conditions: readConditions(conditions, this.#policy.clauses, (clause, message, advice) =>
        this.#fault({ clause }, message, advice),
      ),
      obligation: this.#obligation(written, effect),
      annotations: new Map(descriptions.flatMap((name) => entryOf(written, name))),
    };
    this.#keepConditionsApart(rule);
    return this.problems.length === 0 ? rule : undefined;
  }

  #annotations(annotations: Annotations): ReadonlyMap<string, string> {
    const written = new Map<string, string>();
    for (const [name, value] of Object.entries(annotations)) {
      if (!annotationNames.includes(name)) {
        this.#fault({ annotation: name }, `\`@${name}\` is no annotation`, didYouMean(name, annotationNames));
      } else if (typeof value !== 'string' || value.trim() === '') {
        this.#fault({ annotation: name }, `\`@${name}\` says nothing`, `write a value: @${name}("…")`);
      } else {
        written.set(name, value);
      }
    }
    return written;
  }

  #readId(id: string | undefined): string {
    const { scope } = this.#place;
    if (id === undefined) {
      this.#faultAt(this.#policy.line, 'has no name', `write @id("${scope}.…") before it`);
      return '';
    }
    if (!id.startsWith(`${scope}.`) || !/^[\w-]+\.[a-z0-9][\w-]*$/.test(id)) {
      const advice = `begin it with \`${scope}.\`, and go on in lower case with hyphens`;
      this.#fault(
        { annotation: 'id' },
        `is called \`${id}\`, which is no name for a rule of ${scope}`,
        advice,
      );
    }
    return id;
  }

  #principal(head: PrincipalConstraint): PrincipalHead {
    if (head.op === 'All') return { kind: 'all' };
    const entity = head.op === 'in' && 'entity' in head ? entityOf(head.entity) : undefined;
    const type = principalTypes.find((each) => each === entity?.type);
    if (entity === undefined || type === undefined) {
      const message =
        head.op === '=='
          ? 'is about one principal: everybody would have rights of their own, and no view could be shared'
          : 'has a principal that is neither everybody nor a group';
      this.#fault(
        { head: 'principal' },
        message,
        'write `principal`, or `principal in Role::"…"`, `Team::"…"` or `Scope::"…"`',
      );
      return { kind: 'all' };
    }
    return { kind: 'in', type, id: entity.id };
  }

  #actions(head: ActionConstraint): Rule['actions'] {
    if (head.op === 'All') return undefined;
    const named = 'entities' in head ? head.entities : 'entity' in head ? [head.entity] : [];
    const known: readonly (Action | 'satisfy')[] = [...actions, 'satisfy'];
    const found = named.map((each) =>
      known.find((action) => action === entityOf(each)?.id && isAction(each)),
    );
    const wrong = found.indexOf(undefined);
    if (wrong >= 0) {
      const written = entityOf(named[wrong])?.id ?? '';
      this.#fault({ head: 'action' }, `names an action that there is not`, didYouMean(written, known));
    }
    const all = new Set(found.filter((each) => each !== undefined));
    if (all.has('satisfy') && all.size > 1) {
      this.#fault(
        { head: 'action' },
        'mixes `satisfy` with what is done with fields',
        'write a rule for each',
      );
    }
    return all;
  }

  #resource(head: ResourceConstraint): ResourceHead {
    if (head.op === 'All') return { kind: 'all' };
    const entity = 'entity' in head ? entityOf(head.entity) : undefined;
    const type = resourceTypes.find((each) => each === entity?.type);
    const names =
      'write `resource`, `resource == Field::"Type.field"`, or `resource in` a Type, DataProduct, Domain, Tag or Classification';
    if (head.op === 'is' || entity === undefined || type === undefined) {
      this.#fault({ head: 'resource' }, 'has a resource that is no field and no group of fields', names);
      return { kind: 'all' };
    }
    if (head.op === 'in') return { kind: 'in', type, id: entity.id };
    if (type !== 'Field' && type !== 'Policy') {
      this.#fault(
        { head: 'resource' },
        `is about ${printEntity({ ...entity, type })} itself, which nobody uses`,
        `write \`resource in ${printEntity(entity)}\``,
      );
    }
    return { kind: 'is', type, id: entity.id };
  }

  /** Whether a condition of `@policy` holds is one question, what may be done with fields another. */
  #keepConditionsApart({ actions: named, resource }: Rule): void {
    if (this.problems.length > 0) return;
    const isAboutCondition = resource.kind !== 'all' && resource.type === 'Policy';
    if (isAboutCondition === (named?.has('satisfy') === true)) return;
    const advice = 'name both `Action::"satisfy"` and `resource == Policy::"…"`, or neither';
    this.#fault({ head: 'resource' }, 'mixes conditions of @policy with fields', advice);
  }

  #obligation(written: ReadonlyMap<string, string>, effect: Rule['effect']): Obligation | undefined {
    const [first, ...others] = obligationNames.filter((name) => written.has(name));
    if (first === undefined) return undefined;
    if (effect === 'permit')
      this.#fault(
        { annotation: first },
        `\`@${first}\` stands on a permit`,
        'limits are written on a forbid: make it one',
      );
    const [second] = others;
    if (second !== undefined)
      this.#fault({ annotation: second }, 'has several obligations', 'write a rule for each');
    const read = readObligation(first, written.get(first) ?? '');
    if ('kind' in read) return read;
    this.#fault({ annotation: first }, read.message, read.advice);
    return undefined;
  }

  #fault(place: Place, message: string, advice: string): void {
    this.#faultAt(lineOf(this.#policy, place), message, advice);
  }

  #faultAt(line: number, message: string, advice: string): void {
    const { file } = this.#place;
    this.problems.push({ file, line, rule: this.#id, message, advice, severity: 'error' });
  }
}

function isAction(entity: EntityUidJson): boolean {
  return entityOf(entity)?.type === 'Action';
}

function entryOf(written: ReadonlyMap<string, string>, name: string): readonly (readonly [string, string])[] {
  const value = written.get(name);
  return value === undefined ? [] : [[name, value]];
}
