/** Row filters that compare columns of the type with something of their own kind. */
import { type Leaf, leafOf } from '../model/mask-fit.ts';
import { didYouMean } from '../read/did-you-mean.ts';
import type { RowComparison } from '../rule.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import type { Lint, LintedBundle } from './linted.ts';
import { problemOf } from './problem-of.ts';

export const rowFiltersFit: Lint = function* (bundle) {
  const { rules, index, model } = bundle;
  for (const rule of rules) {
    if (rule.obligation?.kind !== 'rowFilter') continue;
    const fields = index.of(rule).filter(({ kind }) => kind === 'field');
    const types = [...new Set(fields.map(({ type }) => type))].filter(
      (type) => model.types.get(type)?.carrier !== true,
    );
    for (const type of types) {
      for (const comparison of rule.obligation.all) {
        const misfit = misfitOf(comparison, { ...bundle, type, isAlone: types.length === 1 });
        if (misfit === undefined) continue;
        const message = `filters rows of ${type}, and ${misfit.message}`;
        yield problemOf(rule, { annotation: 'rowFilter' }, { message, advice: misfit.advice });
      }
    }
  }
};

interface Misfit {
  readonly message: string;
  readonly advice: string;
}

interface Filtered extends Pick<LintedBundle, 'supergraph' | 'model' | 'vocabulary'> {
  readonly type: string;
  /** The rule filters no other one. */
  readonly isAlone: boolean;
}

/** A text, a number, or a set of texts. */
type Sort = 'text' | 'number' | 'set';

function misfitOf(comparison: RowComparison, filtered: Filtered): Misfit | undefined {
  const { field } = comparison;
  const { supergraph, type, isAlone } = filtered;
  const leaf = leafOf(supergraph, `${type}.${field}`);
  if (leaf === undefined) {
    const advice = didYouMean(field, columnsOf(filtered));
    return {
      message: `there is no field ${type}.${field} with a value`,
      advice: isAlone ? advice : `${advice}; or name fewer fields in the head, which is about several types`,
    };
  }
  const column = columnSort(leaf);
  if (column === undefined) {
    const what = leaf.isList ? 'a list' : `${leaf.name}, which cannot be compared`;
    const advice = `compare a text, a number, a time or an enum; ${didYouMean('', columnsOf(filtered))}`;
    return { message: `\`${field}\` is ${what}`, advice };
  }
  return mismatchOf(comparison, { leaf, column, vocabulary: filtered.vocabulary });
}

interface Compared {
  readonly leaf: Leaf;
  readonly column: Sort;
  readonly vocabulary: Vocabulary;
}

function mismatchOf(
  { op, value, field }: RowComparison,
  { leaf, column, vocabulary }: Compared,
): Misfit | undefined {
  const sorts = sortsOf(vocabulary);
  const sort = 'attribute' in value ? sorts.get(value.attribute) : sortOf(value.literal);
  if ('attribute' in value && sort === undefined) {
    return {
      message: `a principal has no attribute \`${value.attribute}\``,
      advice: didYouMean(value.attribute, sorts.keys()),
    };
  }
  const like = (wanted: Sort) => {
    const names = [...sorts].flatMap(([name, each]) => (each === wanted ? [`\`principal.${name}\``] : []));
    return names.length === 0 ? '' : `, such as ${names.join(', ')}`;
  };
  if (op === 'in') {
    if (sort === 'set' && column === 'text') return undefined;
    const advice =
      column === 'text'
        ? `write \`=\`, or compare with an attribute that is a set${like('set')}`
        : `write \`=\`, and compare with a number${like('number')}`;
    return { message: '`in` compares a text with a set of texts', advice };
  }
  if (sort !== column) {
    const advice =
      sort === 'set' && column === 'text'
        ? `write \`${field} in …\``
        : `compare it with a ${column}${like(column)}`;
    return { message: `\`${field}\` is ${leaf.name}, and it is compared with a ${sort}`, advice };
  }
  if (op === '=' || column === 'number' || times.includes(leaf.name)) return undefined;
  const message = `\`${op}\` orders what has no order that everybody agrees on`;
  return { message, advice: 'write `=` or `in`, or order by a number or a time' };
}

const numbers = ['Int', 'Float', 'Long', 'Decimal', 'BigInt'];
const times = ['Date', 'DateTime'];
const texts = ['String', 'ID', ...times];

function columnSort({ name, isEnum, isList }: Leaf): Sort | undefined {
  if (isList) return undefined;
  if (numbers.includes(name)) return 'number';
  return texts.includes(name) || isEnum ? 'text' : undefined;
}

/** What rows of the type can be compared by. */
function columnsOf({ type, model, supergraph }: Omit<Filtered, 'isAlone'>): readonly string[] {
  return (model.types.get(type)?.fields ?? []).flatMap((coordinate) => {
    const leaf = leafOf(supergraph, coordinate);
    return leaf !== undefined && columnSort(leaf) !== undefined ? [nameIn(coordinate)] : [];
  });
}

function nameIn(coordinate: string): string {
  return coordinate.slice(coordinate.indexOf('.') + 1);
}

function sortOf(literal: string | number): Sort {
  return typeof literal === 'string' ? 'text' : 'number';
}

/** Of what a principal can be compared by. */
function sortsOf({ attributes }: Vocabulary): ReadonlyMap<string, Sort> {
  const sorts = [...attributes].map(([name, { type }]): [string, Sort] => [
    name,
    type === 'set' ? 'set' : type === 'Long' ? 'number' : 'text',
  ]);
  return new Map([['kind', 'text'], ['purpose', 'text'], ...sorts]);
}
