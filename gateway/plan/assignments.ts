/** `@skip` and `@include` for given values of the variables (GraphQL §3.13.1, §3.13.2), and what else plans depend on. */
import { type DirectiveNode, type DocumentNode, Kind, visit } from 'graphql';

export type Assignment = ReadonlyMap<string, boolean>;

interface Conditional {
  readonly directives?: readonly DirectiveNode[] | undefined;
}

export function isIncluded({ directives = [] }: Conditional, assignment: Assignment): boolean {
  return directives.every((directive) => {
    if (directive.name.value === 'defer') return true;
    const condition = conditionOf(directive);
    if (condition === undefined) return true;
    const value = typeof condition === 'string' ? assignment.get(condition) === true : condition;
    return directive.name.value === 'include' ? value : !value;
  });
}

/** More combinations than these are looked at in part: all, none, each one alone, each one left out. */
const mostCombined = 3;
/** No plan is looked at more often than this. */
const mostAssignments = 32;

/** Values of the variables that conditions of a document depend on. */
export function assignmentsOf(document: DocumentNode): readonly Assignment[] {
  const found = new Set<string>();
  visit(document, {
    Directive(node) {
      const condition = conditionOf(node);
      if (typeof condition === 'string') found.add(condition);
    },
  });
  const variables = [...found];
  return truthTable(variables.length)
    .slice(0, mostAssignments)
    .map((isTrue) => new Map(variables.map((name, at) => [name, isTrue(at)])));
}

function truthTable(count: number): readonly ((at: number) => boolean)[] {
  if (count <= mostCombined) {
    return Array.from(
      { length: 2 ** count },
      (_, row) => (at: number) => Math.floor(row / 2 ** at) % 2 === 1,
    );
  }
  const rows: ((at: number) => boolean)[] = [() => true, () => false];
  for (let row = 0; row < count; row += 1) {
    rows.push(
      (at) => at === row,
      (at) => at !== row,
    );
  }
  return rows;
}

const conditional: ReadonlySet<string> = new Set(['skip', 'include', 'defer']);

/** The variable or the literal that a condition depends on; undefined for other directives. */
function conditionOf({ name, arguments: given = [] }: DirectiveNode): string | boolean | undefined {
  if (!conditional.has(name.value)) return undefined;
  const value = given.find((argument) => argument.name.value === 'if')?.value;
  if (value?.kind === Kind.VARIABLE) return value.name.value;
  return value?.kind === Kind.BOOLEAN ? value.value : undefined;
}
