/** What is wrong with an authored schema: collected whole, told in one error. */
import type { ASTNode } from 'graphql';

export interface Problem {
  /** Line in the authored file, where one is to blame. */
  readonly line: number | undefined;
  /** `Type` or `Type.field`. */
  readonly coordinate: string;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** Thrown when an authored schema cannot be served; its message lists every problem. */
export class AuthoringError extends Error {
  override readonly name = 'AuthoringError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(
      ({ line, coordinate, message }) =>
        `  ${line === undefined ? '' : `line ${line}, `}${coordinate}: ${message}`,
    );
    super(`schema.graphql cannot be served:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

/** Collects problems while a schema is read, so that an author sees all of them at once. */
export class Problems {
  readonly #found: Problem[] = [];

  report(node: ASTNode | undefined, coordinate: string, message: string): void {
    this.#found.push({ line: node?.loc?.startToken.line, coordinate, message });
  }

  throwIfAny(): void {
    if (this.#found.length > 0) throw new AuthoringError(this.#found);
  }
}
