/** `portcullis explain`: why somebody may or may not use a field, or what an operation uses. */
import { readFile } from 'node:fs/promises';
import { usesOf } from '@portcullis/gateway/authorize/operation-uses';
import { coerceVariables } from '@portcullis/gateway/parse/coerce';
import { readOperation } from '@portcullis/gateway/parse/read';
import { type Action, actions } from '@portcullis/policies/engine/action';
import type { Bundle } from '@portcullis/policies/engine/bundle';
import { type Explanation, explain as explainUse } from '@portcullis/policies/engine/explain/explain';
import { didYouMean } from '@portcullis/policies/engine/read/did-you-mean';
import { whyUnreadable } from '@portcullis/policies/engine/read/why-unreadable';
import { Decider } from '@portcullis/policies/engine/reference/decider';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { CommandError, defineCommand, UsageError } from '../command.ts';
import { load, sourceOptions } from '../policies/load.ts';
import { circumstancesOf, principalOf, withPurpose } from '../policies/principals.ts';
import { headline, printCaller, printExplanation } from '../policies/print-explanation.ts';
import { testFilesIn } from '../policies/test-files.ts';
import { type AskedOperation, refusalOf } from '../policies/whole-operation.ts';

export const explain = defineCommand({
  usage: [
    '--as PRINCIPAL --on COORDINATE [--do ACTION] [--purpose P] [--context LIST] [--json]',
    '--as PRINCIPAL --query FILE [--variables FILE] [--purpose P] [--context LIST] [--json]',
  ],
  about: [
    'Says what somebody may do with a field, or with each that an operation uses: the rules that decide, with file',
    'and line, which limits hold and why, what would change it, and whom to ask. PRINCIPAL is the name of somebody',
    'in a *.test.yaml (audience/sam where several have it) or of a demo persona (demo/clerk), or a description such',
    'as kind=human,roles=employee+analyst,purpose=product_analytics, with products=music+live if a service token is limited',
    'to these. Of an operation it says first whether it is refused as a whole, by the modes that a gateway has unless its',
    'configuration says otherwise.',
  ].join('\n'),
  words: [],
  options: {
    as: { type: 'string', value: 'PRINCIPAL', describe: 'who asks' },
    on: { type: 'string', value: 'COORDINATE', describe: 'what for: Subscriber.email' },
    do: {
      type: 'string',
      value: 'ACTION',
      describe: `what is done with it: ${actions.join(', ')}; read by default`,
    },
    query: { type: 'string', value: 'FILE', describe: 'an operation, instead of one field' },
    variables: { type: 'string', value: 'FILE', describe: 'the variables of the operation, as JSON' },
    purpose: { type: 'string', value: 'PURPOSE', describe: 'what for, as the request would state it' },
    context: {
      type: 'string',
      value: 'LIST',
      describe: 'zone=internet,hour=5,breakGlass=true; noon in the last zone by default',
    },
    ...sourceOptions,
    json: { type: 'boolean', describe: 'print {caller, refused, explanations} as JSON instead' },
  },
  async run({ as, on, do: action = 'read', query, variables, purpose, context, json = false, ...sources }) {
    if (as === undefined) throw new UsageError('give --as PRINCIPAL');
    if ((on === undefined) === (query === undefined))
      throw new UsageError('give --on COORDINATE or --query FILE');
    const { bundle, folder, owners, supergraph } = await load(sources);
    const found = principalOf(as, bundle, await testFilesIn(folder, bundle));
    const principal = withPurpose(found, purpose, bundle);
    const circumstances = circumstancesOf(context, bundle);
    const operation = query === undefined ? undefined : await operationIn(supergraph, query, variables);
    const asked =
      operation === undefined
        ? [{ coordinate: elementOf(on ?? '', bundle), action: actionOf(action) }]
        : usesIn(operation, bundle);
    const decider = new Decider(bundle);
    const caller = decider.caller(principal.subject, circumstances);
    const asking = { bundle, supergraph, decider, caller, grants: principal.grants };
    const explanations = asked.map((each) => explainUse(asking, each));
    const refused = operation && refusalOf(operation, explanations, principal.subject);
    const { version } = bundle;
    const head = [
      ...printCaller(principal, circumstances),
      ...(refused === undefined ? [] : ['', `REFUSED  ${refused}`]),
    ];
    process.stdout.write(
      json
        ? `${JSON.stringify({ caller: as, version, circumstances, refused, explanations }, undefined, 2)}\n`
        : print(explanations, head, { folder, owners }),
    );
    return 0;
  },
});

function print(
  explanations: readonly Explanation[],
  head: readonly string[],
  telling: Parameters<typeof printExplanation>[1],
): string {
  const isPlain = ({ outcome }: Explanation) => explanations.length > 1 && outcome === 'allow';
  const plain = explanations.filter(isPlain).map(headline);
  const told = explanations.filter((each) => !isPlain(each)).map((each) => printExplanation(each, telling));
  return `${[head.join('\n'), ...(plain.length === 0 ? [] : [plain.join('\n')]), ...told].join('\n\n')}\n`;
}

function elementOf(coordinate: string, { model }: Bundle): string {
  if (model.elements.has(coordinate)) return coordinate;
  throw new UsageError(`--on ${coordinate}: there is none; ${didYouMean(coordinate, model.fieldIds.keys())}`);
}

function actionOf(text: string): Action {
  const action = actions.find((each) => each === text);
  if (action !== undefined) return action;
  throw new UsageError(`--do ${text}: there are ${actions.join(', ')}`);
}

/** No limits but those that keep a document from being too long to print. */
const limits = { depth: 100, tokens: 100_000 };

async function operationIn(
  { api }: Supergraph,
  file: string,
  variables: string | undefined,
): Promise<AskedOperation> {
  const given = variables === undefined ? {} : await variablesIn(variables);
  const operation = readOperation({ query: await textOf(file), operationName: undefined }, api, limits);
  return { operation, api, variables: coerceVariables(api, operation.definition, { ...given }) };
}

async function variablesIn(file: string): Promise<object> {
  const text = await textOf(file);
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (cause) {
    throw new CommandError(`${file} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given;
  throw new CommandError(`${file} has no JSON object`);
}

function usesIn({ operation, api, variables }: AskedOperation, bundle: Bundle) {
  return [...usesOf(api, operation, variables)].map((coordinate) => ({
    coordinate,
    action: actionIn(coordinate, operation.definition.operation, bundle),
  }));
}

/** What an operation of this kind does with the element itself. */
function actionIn(coordinate: string, operation: string, { model }: Bundle): Action {
  if (operation === 'subscription') return 'subscribe';
  const id = model.fieldIds.get(coordinate);
  const own = model.elements.get(coordinate)?.needs.find(({ field }) => field === id);
  return own?.action === 'mutate' ? 'mutate' : 'read';
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CommandError(`${file} cannot be read: ${whyUnreadable(cause)}`, { cause });
  });
}
