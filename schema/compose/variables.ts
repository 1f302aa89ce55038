/** `${NAME}` and `${NAME:-default}` in the string values of a configuration file. */

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\}/g;

export type Expanded = { readonly value: string } | { readonly missing: string };

/** As a shell does it: a variable that is set but empty counts as missing where a default is given. */
export function expandVariables(text: string, environment: NodeJS.ProcessEnv): Expanded {
  let missing: string | undefined;
  const value = text.replaceAll(
    reference,
    (_, name: string, fallback: string | undefined, standIn: string) => {
      const found = environment[name];
      if (found !== undefined && (found !== '' || fallback === undefined)) return found;
      if (fallback !== undefined) return standIn;
      missing ??= name;
      return '';
    },
  );
  return missing === undefined ? { value } : { missing };
}
