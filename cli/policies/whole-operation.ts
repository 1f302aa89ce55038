/** Whether a gateway refuses an operation as a whole, of which parts are denied. */
import { ArgumentUses, argumentSites } from '@portcullis/gateway/authorize/argument-uses';
import { selectedFields } from '@portcullis/gateway/authorize/selected-fields';
import { defaults } from '@portcullis/gateway/config/defaults';
import type { Operation } from '@portcullis/gateway/program';
import type { Explanation } from '@portcullis/policies/engine/explain/explain';
import type { Subject } from '@portcullis/policies/engine/subject';
import { type GraphQLSchema, visit } from 'graphql';
import { counted } from './words.ts';

export interface AskedOperation {
  readonly operation: Operation;
  readonly api: GraphQLSchema;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** In words; undefined: what is denied of it is null, and the rest is answered. */
export function refusalOf(
  asked: AskedOperation,
  explanations: readonly Explanation[],
  { kind }: Pick<Subject, 'kind'>,
): string | undefined {
  const denied = new Set(explanations.flatMap(({ allowed, coordinate }) => (allowed ? [] : [coordinate])));
  const { definition } = asked.operation;
  const roots =
    definition.operation === 'query' ? [] : [...rootUsesOf(asked)].filter((use) => denied.has(use));
  if (roots.length > 0) {
    const what = `the ${definition.operation} as a whole, whoever asks: ${roots.join(', ')}`;
    return `${what} ${roots.length === 1 ? 'is' : 'are'} denied, and nothing of it is carried out`;
  }
  if (denied.size === 0 || defaults.modes[kind] !== 'refuse') return undefined;
  const parts = `${counted(denied.size, 'part')} of it ${denied.size === 1 ? 'is' : 'are'} denied`;
  const skipped = hasConditions(asked.operation) ? '; what @skip or @include leaves out does not count' : '';
  return `the operation as a whole, since ${parts}: kind ${kind} has the mode refuse, unless \`modes\` of the gateway says otherwise${skipped}`;
}

/** What is denied of a root field, or of its arguments, leaves nothing of a mutation or a subscription. */
function rootUsesOf({ operation, api, variables }: AskedOperation): ReadonlySet<string> {
  const { definition } = operation;
  const root = api.getRootType(definition.operation)?.name ?? '';
  const uses = new Set<string>();
  for (const { type, node } of selectedFields(api, operation))
    if (type.name === root) uses.add(`${root}.${node.name.value}`);
  const ofArguments = new ArgumentUses(variables);
  for (const site of argumentSites(api, operation))
    if (site.type === root) for (const use of ofArguments.of(site)) uses.add(use);
  return uses;
}

function hasConditions({ definition }: Operation): boolean {
  let found = false;
  visit(definition, {
    Directive: ({ name }) => {
      found ||= name.value === 'skip' || name.value === 'include';
    },
  });
  return found;
}
