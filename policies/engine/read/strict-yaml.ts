/** Reads YAML that has to be exactly as expected: whatever is not is noted with its line, and reading goes on. */
import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { PolicyProblem } from '../problem.ts';
import { didYouMean } from './did-you-mean.ts';

/** A value and where it stands. */
export interface Located {
  readonly node: unknown;
  readonly line: number;
  /** How it is called in messages: `tags.pii.classification`. */
  readonly path: string;
}

export class StrictYaml {
  readonly problems: PolicyProblem[] = [];
  readonly root: Located;
  readonly #file: string;
  readonly #lines = new LineCounter();

  /** `name`: how the whole is called in messages. */
  constructor(text: string, file: string, name = 'the file') {
    this.#file = file;
    const document: Document = parseDocument(text, { lineCounter: this.#lines, uniqueKeys: true });
    for (const fault of [...document.errors, ...document.warnings]) {
      const line = fault.linePos?.[0].line ?? 1;
      const [message = 'not YAML'] = fault.message.split('\n');
      this.fault(line, message.replace(/ at line \d+, column \d+:?$/, ''), 'write it as YAML 1.2');
    }
    this.root = { node: document.contents, line: 1, path: name };
  }

  fault(line: number, message: string, advice: string): void {
    this.problems.push({ file: this.#file, line, rule: undefined, message, advice, severity: 'error' });
  }

  /** Its entries, in order; empty if it is no mapping. `known`: the only keys it may have. */
  mapping(at: Located, known?: readonly string[]): ReadonlyMap<string, Located> {
    const entries = new Map<string, Located>();
    if (!isMap(at.node)) {
      this.fault(at.line, `${at.path} has to be a mapping`, 'write `key: value` lines, or `{}` for none');
      return entries;
    }
    for (const { key, value } of at.node.items) {
      const line = this.#lineOf(key) ?? at.line;
      if (!isScalar(key) || typeof key.value !== 'string') {
        this.fault(line, `a key of ${at.path} is no string`, 'write it in quotes');
        continue;
      }
      const path = at === this.root ? key.value : `${at.path}.${key.value}`;
      if (known !== undefined && !known.includes(key.value)) {
        this.fault(line, `unknown key \`${key.value}\` in ${at.path}`, didYouMean(key.value, known));
        continue;
      }
      entries.set(key.value, { node: value, line: this.#lineOf(value) ?? line, path });
    }
    return entries;
  }

  /** Its items; empty if it is no list. */
  list(at: Located): readonly Located[] {
    if (isSeq(at.node)) {
      return at.node.items.map((node, index) => ({
        node,
        line: this.#lineOf(node) ?? at.line,
        path: `${at.path}[${index}]`,
      }));
    }
    this.fault(at.line, `${at.path} has to be a list`, 'write `[a, b]`');
    return [];
  }

  /** A string that says something; undefined, and noted, if it is none. */
  text(at: Located): string | undefined {
    const value = this.scalar(at);
    if (typeof value === 'string' && value.trim() !== '') return value;
    this.fault(at.line, `${at.path} has to be a text`, 'say in a few words what it is for');
    return undefined;
  }

  scalar(at: Located): unknown {
    return isScalar(at.node) ? at.node.value : undefined;
  }

  #lineOf(node: unknown): number | undefined {
    if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) {
      return undefined;
    }
    const [start]: unknown[] = node.range;
    return typeof start === 'number' ? this.#lines.linePos(start).line : undefined;
  }
}
