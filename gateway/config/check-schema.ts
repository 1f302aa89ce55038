/** Checks a parsed file against docs/gateway-config.schema.json and says what to do about each fault. */
import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type SchemaObject } from 'ajv/dist/2020.js';
import { type Fault, keyPath } from './config-error.ts';
import type { YamlFile } from './read-yaml.ts';
import { type Setting, suggestion } from './suggest.ts';

// The documentation is the rule; `build.mjs` puts a copy of it beside the built sources.
const location = new URL('../../docs/gateway-config.schema.json', import.meta.url);
const schema: SchemaObject & Setting = JSON.parse(readFileSync(location, 'utf8'));
const validate = new Ajv2020({ allErrors: true, verbose: true, strict: true, strictRequired: false }).compile(
  schema,
);

export function checkSchema(file: YamlFile): readonly Fault[] {
  if (validate(file.value)) return [];
  if (isGraph(file.value))
    return [
      {
        line: file.lineOf(['subgraphs']),
        message:
          'this is the list of subgraphs, and no configuration of a gateway: name it there, as `supergraph`.',
      },
    ];
  return (validate.errors ?? []).filter(isCause).map((error) => {
    const path = pathOf(error);
    return { line: file.lineOf(path), message: describe(error, path) };
  });
}

/** A `supergraph.yaml`, which other commands take by the same flag. */
function isGraph(value: unknown): boolean {
  const has = (name: string) => typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return has('subgraphs') && !has('supergraph');
}

/** Of a `oneOf`, only the verdict is told: its branches each complain about the keys of the others. So it is of a bad name. */
function isCause(error: ErrorObject): boolean {
  return !error.schemaPath.includes('/oneOf/') && !error.schemaPath.includes('/propertyNames/');
}

function pathOf(error: ErrorObject): readonly (string | number)[] {
  const steps = error.instancePath.split('/').slice(1);
  const path = steps.map((step) =>
    /^\d+$/.test(step) ? Number(step) : step.replaceAll('~1', '/').replaceAll('~0', '~'),
  );
  if (error.keyword === 'required') return [...path, String(error.params['missingProperty'])];
  if (error.keyword === 'additionalProperties') return [...path, String(error.params['additionalProperty'])];
  return path;
}

function describe(error: ErrorObject, path: readonly (string | number)[]): string {
  const place = keyPath(path) || 'the file';
  const parent = (error.parentSchema ?? {}) as Setting;
  const last = String(path.at(-1));
  switch (error.keyword) {
    case 'required':
      return `${place} is missing. Add it: ${parent.properties?.[last]?.description ?? ''}`;
    case 'additionalProperties':
      return `${place} is not a setting. ${remedyFor(path, Object.keys(parent.properties ?? {}))}`;
    case 'oneOf':
      return `${place}: ${parent.description ?? error.message ?? ''}`;
    case 'enum':
      return `${place} is ${JSON.stringify(error.data)}. Write one of: ${choices(error.schema)}.`;
    case 'propertyNames':
      return `${place} has a name that does not fit there: ${JSON.stringify(error.params['propertyName'])}. Its meaning: ${parent.description ?? ''}`;
    default:
      return `${place} ${error.message ?? 'is wrong'}. Its meaning: ${parent.description ?? ''}`;
  }
}

/** Where no value is a choice, it stands there as the text `null` too. */
function choices(values: unknown): string {
  return (values as readonly unknown[]).filter((value) => value !== null).join(', ');
}

function remedyFor(path: readonly (string | number)[], siblings: readonly string[]): string {
  const meant = suggestion(path, siblings, schema);
  const question = meant === undefined ? '' : `Did you mean ${meant}? `;
  return `${question}Remove it, or take one of: ${siblings.join(', ')}.`;
}
