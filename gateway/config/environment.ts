/** `${NAME}` and `${NAME:-default}` in a value, as in a shell and in docker-compose. */

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

export interface Substituted {
  readonly text: string;
  /** Variables that are not set and have no default. */
  readonly missing: readonly string[];
}

/** An empty variable counts as unset, so that `PORT= npm start` takes the default (POSIX shell, `:-`). */
export function substitute(text: string, environment: NodeJS.ProcessEnv): Substituted {
  const missing: string[] = [];
  const result = text.replace(reference, (_, name: string, fallback: string | undefined) => {
    const value = environment[name];
    if (value !== undefined && value !== '') return value;
    if (fallback === undefined) missing.push(name);
    return fallback ?? '';
  });
  return { text: result, missing };
}
