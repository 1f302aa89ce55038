/** A random domain of the kit: what its types are called, which columns they have, and how they lead to each other. */
import type { Chooser } from '@portcullis/gateway/fixture/random/chooser';
import { physicalTypes, type ScalarName } from '@portcullis/kit/model/domain';

export interface RandomColumn {
  /** Of the field and of the column. No two columns of a domain share one, so that the text of a statement tells which it names. */
  readonly name: string;
  readonly scalar: ScalarName;
  readonly isEnum: boolean;
  readonly isList: boolean;
  readonly isNullable: boolean;
  readonly isDimension: boolean;
  readonly isMeasure: boolean;
  /** Part of a key: it joins, and is read for everybody. */
  readonly isKey: boolean;
  /** Only the role beside the serving one reads it; means something where the database is secured. */
  readonly isGuarded: boolean;
}

/** A to-one field, the column behind it, and the to-many field that leads back. */
export interface RandomLink {
  readonly field: string;
  readonly column: string;
  readonly target: string;
  readonly back: string;
}

export interface RandomType {
  readonly name: string;
  /** Concrete types where the rows of one table are of several. */
  readonly variants: readonly string[];
  readonly list: string;
  readonly grouped: string;
  readonly columns: readonly RandomColumn[];
  readonly links: readonly RandomLink[];
  /** The column whose distinct values a minimum counts. */
  readonly subject: string;
}

export interface RandomDomain {
  readonly types: readonly RandomType[];
  /** With row security and column grants: then a resolver may bring its own SQL. Without, the kit stands alone. */
  readonly isSecured: boolean;
}

/** A type of another domain, known by its key: it leads to rows of ours. */
export const stub = 'Elsewhere';
export const enumName = 'Size';

const scalars: readonly ScalarName[] = [
  'String',
  'Boolean',
  'Int',
  'Float',
  'Long',
  'Decimal',
  'DateTime',
  'Date',
];
const measurable: ReadonlySet<ScalarName> = new Set(['Int', 'Float', 'Long', 'Decimal', 'DateTime', 'Date']);

export function randomDomain(choose: Chooser): RandomDomain {
  const isSecured = choose.chance(25);
  const count = 2 + choose.below(2);
  const shared = choose.chance(40) ? choose.below(count) : -1;
  const types = Array.from({ length: count }, (_, at) => randomType(choose, at, at === shared));
  return { types: types.map((type, at) => ({ ...type, links: linksOf(choose, types, at) })), isSecured };
}

function randomType(choose: Chooser, at: number, isShared: boolean): RandomType {
  const stem = `t${at}`;
  const name = `T${at}`;
  const columns = Array.from({ length: 5 + choose.below(4) }, (_, part) =>
    randomColumn(choose, `${stem}c${part}`, { isDimension: part === 0 || choose.chance(50), isList: false }),
  );
  const person = { ...plainColumn(`${stem}person`, 'ID'), isDimension: choose.chance(50) };
  const list = choose.chance(40)
    ? [randomColumn(choose, `${stem}list`, { isDimension: false, isList: true })]
    : [];
  const keys = [key('id', 'ID'), ...(choose.chance(40) ? [key(`${stem}seq`, 'Long')] : [])];
  return {
    name,
    variants: isShared ? [`${name}A`, `${name}B`] : [],
    list: `${stem}s`,
    grouped: `${stem}sGrouped`,
    columns: [...keys, ...columns, person, ...list],
    links: [],
    subject: choose.chance(60) ? person.name : 'id',
  };
}

function plainColumn(name: string, scalar: ScalarName): RandomColumn {
  const no = {
    isEnum: false,
    isList: false,
    isDimension: false,
    isMeasure: false,
    isKey: false,
    isGuarded: false,
  };
  return { name, scalar, isNullable: true, ...no };
}

function key(name: string, scalar: ScalarName): RandomColumn {
  return { ...plainColumn(name, scalar), isNullable: false, isKey: true };
}

function randomColumn(
  choose: Chooser,
  name: string,
  { isDimension, isList }: Pick<RandomColumn, 'isDimension' | 'isList'>,
): RandomColumn {
  const scalar = choose.pick(scalars);
  return {
    name,
    scalar,
    isEnum: scalar === 'String' && choose.chance(40),
    isList,
    isNullable: choose.chance(80),
    isDimension,
    isMeasure: !isList && measurable.has(scalar) && choose.chance(75),
    isKey: false,
    isGuarded: choose.chance(20),
  };
}

/** To itself, to another type, and out of the domain. */
function linksOf(choose: Chooser, types: readonly RandomType[], at: number): readonly RandomLink[] {
  const targets = [...types.map(({ name }) => name), stub].filter(() => choose.chance(55));
  return targets.map((target, part) => ({
    field: `t${at}r${part}`,
    column: `t${at}r${part}key`,
    target,
    back: `t${at}by${part}`,
  }));
}

/** The type that a name means, be it one of several of a table. */
export function typeNamed({ types }: RandomDomain, name: string): RandomType {
  const found = types.find((type) => type.name === name || type.variants.includes(name));
  if (found === undefined) throw new Error(`no type ${name}`);
  return found;
}

/** To-many fields of a type: links of others that lead to it. */
export function backsOf({ types }: RandomDomain, name: string) {
  return types.flatMap((type) =>
    type.links.filter(({ target }) => target === name).map((link) => ({ type, link })),
  );
}

export function columnNamed({ name, columns }: RandomType, field: string): RandomColumn {
  const found = columns.find((column) => column.name === field);
  if (found === undefined) throw new Error(`${name} has no column ${field}`);
  return found;
}

export function tableOf({ name }: RandomType): string {
  return name.toLowerCase();
}

/** The tables of a domain, as a migration makes them. */
export function tablesOf({ types }: RandomDomain): string {
  return types
    .map((type) => {
      const columns = type.columns.map(
        ({ name, scalar, isList, isNullable }) =>
          `${name} ${physicalTypes[scalar]}${isList ? '[]' : ''}${isNullable ? '' : ' not null'}`,
      );
      const links = type.links.map(({ column }) => `${column} text`);
      const kind = type.variants.length > 0 ? ['kind text not null'] : [];
      return `create table ${tableOf(type)} (${[...columns, ...links, ...kind].join(', ')}, primary key (id));`;
    })
    .join('\n');
}
