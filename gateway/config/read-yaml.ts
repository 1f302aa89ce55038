/** Strict YAML with variables: a value, and for every place in it the line where it stands. */
import { expandVariables } from '@portcullis/schema/compose/variables';
import { isCollection, isNode, isScalar, LineCounter, parseDocument, Scalar, visit } from 'yaml';
import { ConfigError, type Fault } from './config-error.ts';

type Path = readonly (string | number)[];

export interface YamlFile {
  readonly value: unknown;
  /** The line of the nearest place that exists: a missing key is reported where its parent stands. */
  lineOf(path: Path): number | undefined;
}

export function readYaml(text: string, file: string, environment: NodeJS.ProcessEnv): YamlFile {
  const lines = new LineCounter();
  // A warning is an unknown tag or directive: in a configuration that is a mistake, not a matter of taste.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const faults: Fault[] = [...document.errors, ...document.warnings].map((problem) => ({
    line: lines.linePos(problem.pos[0]).line,
    message: `${problem.message}. Correct the YAML.`,
  }));
  visit(document, {
    Scalar(key, scalar) {
      if (key === 'key' || typeof scalar.value !== 'string') return;
      const expanded = expandVariables(scalar.value, environment);
      if ('missing' in expanded) {
        const line = scalar.range ? lines.linePos(scalar.range[0]).line : undefined;
        const { missing } = expanded;
        const remedy = `Set it, or write a default: \${${missing}:-…}.`;
        faults.push({ line, message: `the environment variable ${missing} is not set. ${remedy}` });
      } else if (expanded.value !== scalar.value) {
        scalar.value = scalar.type === Scalar.PLAIN ? plain(expanded.value) : expanded.value;
      }
    },
  });
  if (faults.length > 0) throw new ConfigError(file, faults);
  return {
    value: document.toJS(),
    lineOf(path) {
      for (let length = path.length; length >= 0; length -= 1) {
        const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
        if (isNode(node) && (isScalar(node) || isCollection(node)) && node.range) {
          return lines.linePos(node.range[0]).line;
        }
      }
      return undefined;
    },
  };
}

/** An unquoted variable has the type that its text would have there: `port: ${PORT}` is a number. */
function plain(text: string): string | number | boolean {
  if (/^-?(0|[1-9]\d*)$/.test(text)) return Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  return text;
}
