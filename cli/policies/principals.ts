/** Whom a command is about: somebody of a test file, a persona of the demo, or whoever is described on the command line. */
import { personas } from '@portcullis/demo/identity/personas';
import type { Bundle } from '@portcullis/policies/engine/bundle';
import type { Grants } from '@portcullis/policies/engine/explain/asking';
import { didYouMean } from '@portcullis/policies/engine/read/did-you-mean';
import { StrictYaml } from '@portcullis/policies/engine/read/strict-yaml';
import type { Circumstances, Subject } from '@portcullis/policies/engine/subject';
import type { TestFile } from '@portcullis/policies/engine/test/cases';
import { declaredSubject } from '@portcullis/policies/engine/vocabulary/declared';
import {
  readCircumstances,
  readSubject,
  usualCircumstances,
} from '@portcullis/policies/engine/vocabulary/read-subject';
import { UsageError } from '../command.ts';

export interface Named {
  readonly name: string;
  readonly subject: Subject;
  /** Undefined of whoever is described: nobody has said what else a token would grant. */
  readonly grants?: Grants | undefined;
}

/** By the folder of the test file: `audience/sam`; personas are in `demo/`. */
function principalsOf(bundle: Bundle, files: readonly TestFile[]): readonly Named[] {
  const tested = files.flatMap(({ file, principals }) => {
    const [folder = ''] = file.split('/');
    return [...principals.values()].map(({ name, subject }) => ({ name: `${folder}/${name}`, subject }));
  });
  const staff = personas.map(({ name, scopes, claims }) => ({
    name: `demo/${name}`,
    subject: claimed(bundle, {
      ...claims,
      scopes,
      purpose: 'purpose' in claims ? claims.purpose : claims.purposes[0],
    }),
    grants: {
      purposes: new Set<string>(claims.purposes),
      breakGlass: 'break_glass' in claims && claims.break_glass,
    },
  }));
  const stranger = {
    name: 'demo/anonymous',
    subject: claimed(bundle, { kind: 'anonymous', scopes: [] }),
    grants: { purposes: new Set<string>(), breakGlass: false },
  };
  return [...tested, ...staff, stranger];
}

function claimed({ vocabulary }: Bundle, { kind, scopes, ...claims }: Claimed): Subject {
  const listed = (name: string) => {
    const held = claims[name];
    return new Set<string>(Array.isArray(held) ? held : []);
  };
  const attributes = [...vocabulary.attributes.keys()].flatMap((name) => {
    const value = claims[name];
    return typeof value === 'string' || typeof value === 'number' || Array.isArray(value)
      ? [[name, value] as const]
      : [];
  });
  return declaredSubject(vocabulary, {
    kind,
    purpose: String(claims['purpose'] ?? 'none'),
    roles: listed('roles'),
    teams: listed('teams'),
    scopes: new Set(scopes),
    attributes: new Map(attributes),
    products: undefined,
  });
}

interface Claimed extends Readonly<Record<string, unknown>> {
  readonly kind: Subject['kind'];
  readonly scopes: readonly string[];
}

/** Everybody of the test files, each once; of a mesh without any, whoever has one role. */
export function callersOf({ vocabulary }: Bundle, files: readonly TestFile[]): readonly Named[] {
  const named = files.flatMap(({ file, principals }) => {
    const [folder = ''] = file.split('/');
    return [...principals.values()].map(({ name, subject }) => ({ folder, name, subject }));
  });
  if (named.length === 0) return unnamed(vocabulary);
  const distinct = [...new Map(named.map((each) => [keyOf(each.subject), each])).values()];
  return distinct.map(({ folder, name, subject }) => {
    const isAlone = distinct.filter((each) => each.name === name).length === 1;
    return { name: `${isAlone ? name : `${folder}/${name}`} (${subject.kind})`, subject };
  });
}

function unnamed({ roles }: Bundle['vocabulary']): readonly Named[] {
  const nobody: Omit<Subject, 'kind'> = {
    purpose: 'none',
    roles: new Set(),
    teams: new Set(),
    scopes: new Set(),
    attributes: new Map(),
    products: undefined,
  };
  const kinds = ['human', 'service', 'bi'] as const;
  return [
    { name: 'anonymous', subject: { ...nobody, kind: 'anonymous' } },
    ...[...roles.keys()].flatMap((role) =>
      kinds.map((kind) => ({
        name: `${role} (${kind})`,
        subject: { ...nobody, kind, roles: new Set([role]) },
      })),
    ),
  ];
}

/** @throws UsageError if there is nobody of the name, or several who differ */
export function principalOf(text: string, bundle: Bundle, files: readonly TestFile[]): Named {
  if (text.includes('=')) return { name: text, subject: described(text, bundle) };
  const all = principalsOf(bundle, files);
  const found = all.filter(({ name }) => name === text || name.endsWith(`/${text}`));
  const [first, ...others] = found;
  if (first === undefined) throw unknown(text, all);
  const differing = others.filter(({ subject }) => keyOf(subject) !== keyOf(first.subject));
  if (differing.length === 0) return { ...first, name: text };
  const ways = found.map(({ name }) => `--as ${name}`).join(', ');
  throw new UsageError(`--as ${text}: several are called so and are not alike; write ${ways}`);
}

function unknown(text: string, all: readonly Named[]): UsageError {
  const names = all.map(({ name }) => name);
  const meant = didYouMean(text, new Set([...names, ...names.map((name) => name.split('/').at(-1) ?? name)]));
  const known = meant.startsWith('did') ? `${meant} There` : 'there';
  return new UsageError(
    `--as ${text}: nobody is called so; ${known} are ${names.join(', ')}. Or describe somebody: kind=human,roles=a+b,purpose=c`,
  );
}

function keyOf({ kind, purpose, roles, teams, scopes, attributes }: Subject): string {
  const lists = [roles, teams, scopes].map((each) => [...each].sort());
  return JSON.stringify([kind, purpose, lists, [...attributes].sort()]);
}

const lists: ReadonlySet<string> = new Set(['roles', 'teams', 'scopes']);

/** `kind=bi,roles=analyst+employee,clearance=2,products=music` */
function described(text: string, bundle: Bundle): Subject {
  const { attributes } = bundle.vocabulary;
  const entries = entriesOf(text, '--as');
  const limit = entries.findLast(([name]) => name === 'products');
  const others = entries.filter(([name]) => name !== 'products');
  const values = others.map(([name, value]) => {
    const type = attributes.get(name)?.type;
    if (lists.has(name) || type === 'set') return [name, value === '' ? [] : value.split('+')];
    return [name, type === 'Long' ? Number(value) : value];
  });
  const subject = understood('--as', Object.fromEntries(values), (yaml) =>
    readSubject(yaml, yaml.root, bundle),
  );
  return limit === undefined ? subject : { ...subject, products: productsIn(limit[1], bundle) };
}

/** Names of subgraphs, as a service token is limited to them; none is a limit too. */
function productsIn(text: string, { model }: Bundle): ReadonlySet<string> {
  const names = text === '' ? [] : text.split('+');
  const unknown = names.find((name) => !model.subgraphs.has(name));
  if (unknown === undefined) return new Set(names);
  throw new UsageError(
    `--as: there is no product ${unknown}; ${didYouMean(unknown, model.subgraphs.keys())}`,
  );
}

/** `zone=internet,hour=5,breakGlass=true` */
export function circumstancesOf(text: string | undefined, { vocabulary }: Bundle): Circumstances {
  const usual = usualCircumstances(vocabulary);
  if (text === undefined) return usual;
  const values = entriesOf(text, '--context').map(([name, value]) => {
    if (name === 'hour') return [name, Number(value)];
    return [name, value === 'true' ? true : value === 'false' ? false : value];
  });
  return {
    ...usual,
    ...understood('--context', Object.fromEntries(values), (yaml) =>
      readCircumstances(yaml, yaml.root, vocabulary),
    ),
  };
}

function entriesOf(text: string, flag: string): readonly (readonly [string, string])[] {
  return text.split(',').map((entry) => {
    const at = entry.indexOf('=');
    if (at > 0) return [entry.slice(0, at).trim(), entry.slice(at + 1).trim()];
    throw new UsageError(`${flag} ${text}: "${entry}" has to be name=value`);
  });
}

/**
 * JSON is YAML: what is described here is read as it would be in a test file.
 * @throws UsageError
 */
export function understood<Value>(
  flag: string,
  values: unknown,
  read: (yaml: StrictYaml) => Value | undefined,
): Value {
  const yaml = new StrictYaml(JSON.stringify(values), flag, 'the description');
  const value = read(yaml);
  const [problem] = yaml.problems;
  if (problem !== undefined) throw new UsageError(`${flag}: ${problem.message}; ${problem.advice}`);
  if (value === undefined) throw new Error(`${flag} is understood by nobody`);
  return value;
}

/** With another purpose, as a request states one. */
export function withPurpose(named: Named, purpose: string | undefined, { vocabulary }: Bundle): Named {
  if (purpose === undefined) return named;
  if (purpose !== 'none' && !vocabulary.purposes.has(purpose)) {
    const known = ['none', ...vocabulary.purposes.keys()].join(', ');
    throw new UsageError(`--purpose ${purpose}: there are ${known}`);
  }
  return { ...named, subject: { ...named.subject, purpose } };
}
