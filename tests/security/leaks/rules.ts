/** Random rules on a random graph, each with what it means beside its text, so that no oracle asks the engine of the rules. */
import type { Chooser } from '@portcullis/gateway/fixture/random/chooser';
import type { Graph, GraphField, GraphType } from '@portcullis/gateway/fixture/random/graph';

/** Who asks: a token's claims, or nobody. */
export interface Caller {
  readonly name: string;
  readonly claims: Claims | undefined;
}

export interface Claims {
  readonly kind: 'human' | 'service';
  readonly roles: readonly string[];
  readonly clearance: number;
  readonly region?: string;
}

export const callers: readonly Caller[] = [
  { name: 'nobody', claims: undefined },
  { name: 'guest', claims: { kind: 'human', roles: [], clearance: 0, region: 'APAC' } },
  { name: 'analyst', claims: { kind: 'human', roles: ['analyst'], clearance: 1, region: 'EMEA' } },
  { name: 'chief', claims: { kind: 'human', roles: ['analyst'], clearance: 3 } },
  { name: 'program', claims: { kind: 'service', roles: [], clearance: 2, region: 'EMEA' } },
];

interface Condition {
  /** After the head of a forbid. */
  readonly cedar: string;
  readonly holds: (claims: Claims | undefined) => boolean;
}

const conditions: readonly Condition[] = [
  { cedar: '', holds: () => true },
  {
    cedar: 'unless { principal in Role::"analyst" }',
    holds: (claims) => claims?.roles.includes('analyst') !== true,
  },
  { cedar: 'unless { principal.clearance >= 2 }', holds: (claims) => (claims?.clearance ?? 0) < 2 },
  { cedar: 'when { principal.region == Region::"EMEA" }', holds: (claims) => claims?.region === 'EMEA' },
  {
    cedar: 'when { principal.kind == Kind::"human" } unless { principal.clearance > 2 }',
    holds: (claims) => claims?.kind === 'human' && claims.clearance <= 2,
  },
];

/** Shows what is left of a text; `undefined`: the mask is a null. */
export type MaskKind = 'null' | 'redact' | 'first:1' | 'last:2';

interface Rule {
  readonly coordinate: string;
  /** Undefined: the field is denied. */
  readonly mask: MaskKind | undefined;
  readonly condition: Condition;
}

export class RandomRules {
  readonly text: string;
  readonly #rules: readonly Rule[];
  readonly #requires: ReadonlyMap<string, string>;

  constructor(choose: Chooser, { types }: Graph) {
    this.#rules = types.flatMap((type) =>
      governed(type, choose).flatMap((field) => rulesOn(type, field, choose)),
    );
    this.text = [
      '@id("global.everybody")\npermit (principal, action, resource);',
      ...this.#rules.map(({ coordinate, mask, condition }, at) => {
        const resource = `resource == Field::"${coordinate}"`;
        const action = mask === undefined ? 'action' : 'action == Action::"read"';
        const annotation = mask === undefined ? '' : `@mask("${mask}")\n`;
        return `@id("global.r${at}")\n${annotation}forbid (principal, ${action}, ${resource}) ${condition.cedar};`;
      }),
    ].join('\n\n');
    this.#requires = new Map(
      types.flatMap(({ name, fields }) =>
        fields.flatMap((field) =>
          field.requires === undefined
            ? []
            : [[`${name}.${field.name}`, `${name}.${field.requires.split(' ')[0]}`] as const],
        ),
      ),
    );
  }

  /** Coordinates that no answer may depend on in any way, but for those that are masked. */
  deniedTo({ claims }: Caller): ReadonlySet<string> {
    return new Set(
      this.#rules.flatMap(({ coordinate, mask, condition }) =>
        mask === undefined && condition.holds(claims) ? [coordinate] : [],
      ),
    );
  }

  masksFor(caller: Caller): ReadonlyMap<string, MaskKind> {
    const denied = this.deniedTo(caller);
    return new Map(
      this.#rules.flatMap(({ coordinate, mask, condition }) =>
        mask !== undefined && condition.holds(caller.claims) && !denied.has(coordinate)
          ? [[coordinate, mask] as const]
          : [],
      ),
    );
  }

  /** What is denied, and what is computed of what is denied or masked. */
  closedTo(caller: Caller): ReadonlySet<string> {
    const closed = new Set(this.deniedTo(caller));
    const masks = this.masksFor(caller);
    for (const [computed, input] of this.#requires) {
      const inputs = [input, ...[...closed, ...masks.keys()].filter((each) => this.#isWithin(each, input))];
      if (inputs.some((each) => closed.has(each) || masks.has(each))) closed.add(computed);
    }
    return closed;
  }

  /** A selection of `v0` on a value: whichever value type it is of, what is closed of any closes it. */
  #isWithin(coordinate: string, input: string): boolean {
    return coordinate.endsWith('.v0') && this.#inputsWithValues.has(input);
  }

  get #inputsWithValues(): ReadonlySet<string> {
    return new Set(this.#requires.values());
  }
}

/** Keys join, and are no secret; of every type something stays open, so that its objects can be seen. */
function governed({ kind, fields }: GraphType, choose: Chooser): readonly GraphField[] {
  const [, ...others] =
    kind === 'entity' ? [undefined, ...fields.filter(({ name }) => !isKey(name))] : fields;
  return choose.some(
    others.filter((each) => each !== undefined),
    kind === 'root' ? 15 : 65,
  );
}

function isKey(name: string): boolean {
  return ['id', 'a', 'b', 'ref', 'code'].includes(name);
}

function rulesOn({ name }: GraphType, field: GraphField, choose: Chooser): readonly Rule[] {
  const coordinate = `${name}.${field.name}`;
  const condition = choose.pick(conditions);
  const masks = masksOf(field);
  if (masks.length === 0 || choose.chance(45)) return [{ coordinate, mask: undefined, condition }];
  const masked = { coordinate, mask: choose.pick(masks), condition };
  return choose.chance(20)
    ? [masked, { coordinate, mask: undefined, condition: choose.pick(conditions) }]
    : [masked];
}

/** An argument of which nobody says what it uses compares with its field, and what is masked is compared with nothing. */
function masksOf({ type, hasArguments }: GraphField): readonly MaskKind[] {
  if (hasArguments) return [];
  const named = type.replaceAll(/[[\]!]/g, '');
  const ofText: readonly MaskKind[] =
    named === 'String' || named === 'ID' ? ['redact', 'first:1', 'last:2'] : [];
  const isLeaf = ['Int', 'Float', 'String', 'Boolean', 'ID', 'Kind', 'Any'].includes(named);
  return isLeaf && !type.includes('!') ? ['null', ...ofText] : ofText;
}
