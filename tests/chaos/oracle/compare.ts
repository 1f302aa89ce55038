/** Compares an answer with the truth: what is there must be true, and what is not must be accounted for. */

export type Path = readonly (string | number)[];

export interface AnswerError {
  readonly message: string;
  readonly path?: Path;
  readonly extensions?: { readonly code?: string; readonly service?: string };
}

export interface Answer {
  readonly data: unknown;
  readonly errors?: readonly AnswerError[];
}

export interface Comparison {
  /** What is wrong with it; none: every value is true, and each null that is not has an error. */
  readonly wrong: readonly string[];
  /** How many values are null that should not be. */
  readonly lost: number;
}

/** The gateway reports no more of a reply. */
const mostErrors = 100;

/** @param inParts of deferred fragments: what never came is as good as null, and the order of fields is that of coming */
export function compare({ data, errors = [] }: Answer, truth: unknown, inParts = false): Comparison {
  const comparing = new Comparing(errors, inParts);
  comparing.value(data, truth, []);
  return comparing;
}

class Comparing implements Comparison {
  readonly wrong: string[] = [];
  lost = 0;
  readonly #errors: readonly AnswerError[];
  readonly #inParts: boolean;

  constructor(errors: readonly AnswerError[], inParts: boolean) {
    this.#errors = errors;
    this.#inParts = inParts;
  }

  value(value: unknown, truth: unknown, path: Path): void {
    if (value === null && truth !== null) this.#null(path);
    else if (Array.isArray(truth)) this.#list(value, truth, path);
    else if (typeof truth === 'object' && truth !== null) this.#object(value, truth, path);
    else if (value !== truth) this.#say(path, `is ${JSON.stringify(value)}, not ${JSON.stringify(truth)}`);
  }

  #null(path: Path): void {
    this.lost += 1;
    if (!this.#errors.some((error) => this.#explains(error, path)))
      this.#say(path, 'is null without an error');
  }

  #list(value: unknown, truth: readonly unknown[], path: Path): void {
    if (!Array.isArray(value) || value.length !== truth.length)
      this.#say(path, `is no list of ${truth.length}`);
    else for (const [index, item] of truth.entries()) this.value(value[index], item, [...path, index]);
  }

  #object(value: unknown, truth: object, path: Path): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#say(path, 'is no object');
      return;
    }
    const names = Object.keys(value);
    const wanted = Object.keys(truth);
    if (this.#inParts) {
      for (const name of names) if (!wanted.includes(name)) this.#say([...path, name], 'was not asked for');
    } else if (names.join() !== wanted.join()) {
      this.#say(path, `has the fields ${names}, not ${wanted}`);
      return;
    }
    for (const [name, below] of Object.entries(truth))
      this.value(Object.hasOwn(value, name) ? Reflect.get(value, name) : null, below, [...path, name]);
  }

  /** GraphQL §7.1.2: an error stands where it arose, and the null may be above it. One without a path tells of the request. */
  #explains({ path: place = [] }: AnswerError, path: Path): boolean {
    // Where there are too many to name, the first ones stand for the others.
    const loosely = this.#errors.length >= mostErrors;
    const [one, two] = loosely ? [names(place), names(path)] : [place, path];
    const length = Math.min(one.length, two.length);
    return one.slice(0, length).every((step, index) => step === two[index]);
  }

  #say(path: Path, what: string): void {
    this.wrong.push(`${path.join('.') || 'the data'} ${what}`);
  }
}

function names(path: Path): Path {
  return path.filter((step) => typeof step === 'string');
}
