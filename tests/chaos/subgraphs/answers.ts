/** What a subgraph would answer, kept by the text of the request: the processor is for the gateway. */
import { execute, type GraphQLSchema, parse } from 'graphql';
import { type SubgraphName, subgraphSchema, type Told } from '../graph/graph.ts';

/** Requests that never come again must not fill the memory. */
const mostAnswers = 3_000;

export class Answers {
  readonly #schema: GraphQLSchema;
  readonly #kept = new Map<string, string>();

  constructor(name: SubgraphName) {
    this.#schema = subgraphSchema(name);
  }

  async of(text: string): Promise<string> {
    const known = this.#kept.get(text);
    if (known !== undefined) return known;
    const made = await this.made(text, undefined);
    if (this.#kept.size >= mostAnswers) this.#kept.clear();
    this.#kept.set(text, made);
    return made;
  }

  async made(text: string, told: Told | undefined): Promise<string> {
    const { query, variables } = JSON.parse(text);
    const result = await execute({
      schema: this.#schema,
      document: parse(query),
      variableValues: variables,
      contextValue: told,
    });
    return JSON.stringify(result);
  }
}
