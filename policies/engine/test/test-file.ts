/** Reads a `*.test.yaml`: what the rules of a folder are meant to decide, as cases and as invariants. */
import type { Bundle } from '../bundle.ts';
import type { PolicyFile } from '../folder.ts';
import { type Located, StrictYaml } from '../read/strict-yaml.ts';
import { readSubject } from '../vocabulary/read-subject.ts';
import type { Principal, TestFile } from './cases.ts';
import { readCase } from './read-case.ts';
import { readInvariant } from './read-invariant.ts';

export function readTestFile({ path, text }: PolicyFile, bundle: Bundle): TestFile {
  const yaml = new StrictYaml(text, path);
  const isYaml = yaml.problems.length === 0;
  const parts = isYaml ? yaml.mapping(yaml.root, ['principals', 'cases', 'invariants']) : new Map();
  const [scope = ''] = path.split('/');
  const principals = readPrincipals(yaml, parts.get('principals'), bundle);
  const reading = { yaml, bundle, scope, principals };
  const items = (name: string): readonly Located[] => {
    const at = parts.get(name);
    return at === undefined ? [] : yaml.list(at);
  };
  return {
    file: path,
    principals,
    cases: items('cases').flatMap((each) => readCase(reading, each) ?? []),
    invariants: items('invariants').flatMap((each) => readInvariant(reading, each) ?? []),
    problems: yaml.problems,
  };
}

function readPrincipals(
  yaml: StrictYaml,
  at: Located | undefined,
  bundle: Bundle,
): ReadonlyMap<string, Principal> {
  const principals = new Map<string, Principal>();
  for (const [name, entry] of at === undefined ? [] : yaml.mapping(at)) {
    const subject = readSubject(yaml, entry, bundle);
    if (subject !== undefined) principals.set(name, { name, subject });
  }
  return principals;
}
