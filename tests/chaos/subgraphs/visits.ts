/** The subscription `visits` over SSE; some streams are cut before their end. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DocumentNode, execute, type GraphQLSchema, parse } from 'graphql';
import type { Random } from '../random.ts';

/** Between two events. */
const pauseMs = 40;

/** @returns whether it was cut on purpose */
export async function publishVisits(
  response: ServerResponse,
  schema: GraphQLSchema,
  text: string,
  random: Random,
): Promise<boolean> {
  const { query, variables } = JSON.parse(text);
  const document = parse(query);
  const { from, to } = rangeOf(document, variables);
  const cutAt = random.below(5) === 0 ? from + random.below(to - from) : undefined;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  for (let number = from; number <= to; number += 1) {
    if (response.destroyed) return false;
    if (number === cutAt) {
      response.socket?.destroy();
      return true;
    }
    // graphql-js runs a subscription's selection on one event like a query's (GraphQL §6.2.3.2).
    const rootValue = { visits: { __typename: 'Visit', number } };
    const result = await execute({ schema, document, variableValues: variables, rootValue });
    response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
    await sleep(pauseMs);
  }
  response.end('event: complete\ndata:\n\n');
  return false;
}

/** Under whatever names the gateway sends its variables. */
function rangeOf(document: DocumentNode, variables: Readonly<Record<string, number>>) {
  const [operation] = document.definitions;
  if (operation?.kind !== 'OperationDefinition') throw new TypeError('a request holds an operation');
  const [field] = operation.selectionSet.selections;
  if (field?.kind !== 'Field') throw new TypeError('a subscription selects a field');
  const given = new Map(field.arguments?.map(({ name, value }) => [name.value, value]));
  const numberOf = (name: string) => {
    const value = given.get(name);
    if (value?.kind === 'Variable') return variables[value.name.value] ?? 0;
    return value?.kind === 'IntValue' ? Number(value.value) : 0;
  };
  return { from: numberOf('from'), to: numberOf('to') };
}
