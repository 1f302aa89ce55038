/** That obligations are carried out on the subgraph’s own data, or refused: what is hidden is shown nowhere. */
import { isRecord } from '../identity/is-record.ts';
import { type Answer, dataOf, tellCame } from './answer.ts';
import { type Asked, tellSent } from './ask.ts';
import { type Check, expecting, type Outcome, passed, type Subject, skipped } from './check.ts';
import { tokenOf } from './forge.ts';
import { fieldsOf, leavesOf } from './offered.ts';
import { type Probe, queryOf, rowsIn } from './probe.ts';

const ROWS =
  'Put the conditions of obligations.rows into every statement over the type, entities included; what means nothing here hides every row.';
const LACKING =
  'Let the values "" and "none" of a row filter meet no row: the caller lacks the attribute that was compared with.';
const ALL = 'Show a row only where all conditions of its type hold: join them with AND.';
const DENIED =
  'Show no value of a field in obligations.denied, neither in lists nor in entities; a null or an error in its place.';
const GROUPS =
  'Show no group with fewer different subjects than obligations.groups asks for, and no total of so few.';
const NO_TEXT = 'no text was found to compare with';
const NO_PROBE = 'no field was found that shows a value without arguments';

type Obligations = Readonly<Record<string, unknown>>;
type Tried = (subject: Subject, probe: Probe) => Promise<Outcome>;

/** A check that needs a field to try it on. */
function check(id: string, sentence: string, advice: string, tried: Tried): Check {
  return {
    id,
    sentence,
    advice,
    async run(subject) {
      return subject.probe === undefined ? skipped(NO_PROBE) : tried(subject, subject.probe);
    },
  };
}

/** A request with a good token that lays obligations on its answer. */
function under(subject: Subject, obligations: Obligations, body: unknown): Asked {
  return { tokens: [tokenOf(subject.forge({ body }), { context: { obligations } })], body };
}

/** A list is asked for under obligations, and what came is judged by its rows. */
function listed(
  obligations: (probe: Probe) => Obligations,
  isRight: (rows: readonly Readonly<Record<string, unknown>>[], probe: Probe) => boolean,
): Tried {
  return (subject, probe) =>
    expecting(
      subject,
      under(subject, obligations(probe), queryOf(probe.way, [probe.field])),
      (answer) => isSaid(answer) && isRight(rowsIn(dataOf(answer), probe.way), probe),
    );
}

/** The same entity, by its key, without obligations and then with them. */
function fetched(obligations: (probe: Probe) => Obligations): Tried {
  return async (subject, probe) => {
    const { way, field, key } = probe;
    if (key === undefined) return skipped(`${way.type} has no key of one field`);
    const body = {
      query: `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${way.type} { ${field} } } }`,
      variables: { of: [{ __typename: way.type, [key.field]: key.value }] },
    };
    const shows = (answer: Answer) => isSaid(answer) && valuesIn(answer, field).length > 0;
    if (!shows(await subject.ask(under(subject, {}, body))))
      return skipped(`${way.type} is not given by its key`);
    return expecting(
      subject,
      under(subject, obligations(probe), body),
      (answer) => isSaid(answer) && !shows(answer),
    );
  };
}

function valuesIn(answer: Answer, field: string): readonly unknown[] {
  const entities = dataOf(answer)?.['_entities'];
  return [entities]
    .flat()
    .flatMap((entity) => (isRecord(entity) && (entity[field] ?? null) !== null ? [entity[field]] : []));
}

/** Anything but a connection that broke: a refusal is as good as an answer that shows nothing. */
function isSaid(answer: Answer): boolean {
  return !('failure' in answer) && answer.status < 500;
}

const noRow = ({ way, field }: Probe) => ({ rows: { [way.type]: [{ field, op: 'in', value: [] }] } });
const unknownField = ({ way }: Probe) => ({
  rows: { [way.type]: [{ field: 'noFieldOfThisName', op: '=', value: 'x' }] },
});
const equal = ({ way, field, value }: Probe) => ({ rows: { [way.type]: [{ field, op: '=', value }] } });
const deniedField = ({ way, field }: Probe) => ({ denied: { [way.type]: [field] } });
const lacksBound =
  (op: string) =>
  ({ way, field }: Probe) => ({ rows: { [way.type]: [{ field, op, value: '' }] } });
const isEmpty = (rows: readonly unknown[]) => rows.length === 0;
const hasNo = (rows: readonly Readonly<Record<string, unknown>>[], { field }: Probe) =>
  rows.every((row) => (row[field] ?? null) === null);

/** A condition that the row of the probe meets, and one that none meets. */
function several(unmet: 'first' | 'last'): Tried {
  const conditions = ({ way, field, value }: Probe) => {
    const [met, never] = [
      { field, op: '=', value },
      { field, op: 'in', value: [] },
    ];
    return { rows: { [way.type]: unmet === 'last' ? [met, never] : [never, met] } };
  };
  return onText(listed(conditions, isEmpty));
}

/** What is no text cannot be compared with in a way that every subgraph understands. */
function onText(tried: Tried): Tried {
  return async (subject, probe) =>
    typeof probe.value === 'string' ? tried(subject, probe) : skipped(NO_TEXT);
}

async function kept(subject: Subject, probe: Probe): Promise<Outcome> {
  const asked = under(subject, equal(probe), queryOf(probe.way, [probe.field]));
  const answer = await subject.ask(asked);
  const data = dataOf(answer);
  if (isSaid(answer) && data === undefined) return skipped('it refuses tokens with row filters');
  const isKept = rowsIn(data, probe.way).length > 0;
  return isKept ? passed : { result: 'failed', sent: tellSent(asked), came: tellCame(answer) };
}

export const obligationChecks: readonly Check[] = [
  check('rows.none', 'a row filter that no row meets leaves no row', ROWS, listed(noRow, isEmpty)),
  check('rows.none-entity', 'nor an entity that is asked for by its key', ROWS, fetched(noRow)),
  check(
    'rows.unknown-field',
    'a row filter on a field that is none hides every row',
    ROWS,
    listed(unknownField, isEmpty),
  ),
  check(
    'rows.lacking',
    'a row filter with an attribute that the caller lacks ("none") leaves no row',
    LACKING,
    listed(({ way, field }) => ({ rows: { [way.type]: [{ field, op: '=', value: 'none' }] } }), isEmpty),
  ),
  check(
    'rows.lacking-bound',
    'nor one with a lower bound that the caller lacks (the empty text)',
    LACKING,
    listed(lacksBound('>='), isEmpty),
  ),
  check('rows.lacking-upper-bound', 'nor with an upper one', LACKING, listed(lacksBound('<='), isEmpty)),
  check('rows.several', 'of several conditions the last one counts as well', ALL, several('last')),
  check('rows.several-first', 'and so does the first one', ALL, several('first')),
  check(
    'rows.equal',
    'a row filter on a value leaves only rows that have it',
    ROWS,
    onText(listed(equal, (rows, { field, value }) => rows.every((row) => row[field] === value))),
  ),
  check('rows.kept', 'and does leave them', ROWS, onText(kept)),
  check('denied.field', 'a denied field shows no value', DENIED, listed(deniedField, hasNo)),
  check('denied.entity', 'nor in an entity that is asked for by its key', DENIED, fetched(deniedField)),
  check(
    'denied.read',
    'a field that is denied for reading alone shows no value',
    DENIED,
    listed(({ way, field }) => ({ denied: { [way.type]: { read: [field] } } }), hasNo),
  ),
  check(
    'denied.all',
    'a type of which all is denied shows no value',
    DENIED,
    listed(({ way }) => ({ denied: { [way.type]: '*' } }), hasNo),
  ),
  check('groups.minimum', 'a minimum that no group reaches leaves no group', GROUPS, grouped),
];

/** Groups as data products of the kit have them: `streamsGrouped(by: [])` beside `streams`. */
async function grouped(subject: Subject, { way }: Probe): Promise<Outcome> {
  const { schema } = subject;
  const name = `${way.field}Grouped`;
  const isOffered =
    schema !== undefined && fieldsOf(schema, 'Query').some((field) => field.name.value === name);
  if (!isOffered) return skipped('no groups of the type are offered');
  const body = { query: `{ ${name}(by: []) { nodes { count } } }` };
  const groups = (answer: Answer) => rowsIn(dataOf(answer), { field: name, list: 'nodes' });
  const plain = await subject.ask(under(subject, {}, body));
  if (groups(plain).length === 0) return skipped(`${name} shows no group`);
  const most = leavesOf(schema, way.type).map((field) => [field, Number.MAX_SAFE_INTEGER]);
  const obligations = { groups: { [way.type]: Object.fromEntries(most) } };
  return expecting(
    subject,
    under(subject, obligations, body),
    (answer) => isSaid(answer) && groups(answer).length === 0,
  );
}
