/** What is wrong with a configuration file: every fault at once, each with its place and its remedy. */

export interface Fault {
  /** Counted from 1; undefined where the file as a whole is meant. */
  readonly line: number | undefined;
  readonly message: string;
}

/** A place in the file. */
export type Path = readonly (string | number)[];

export type Report = (path: Path, message: string) => void;

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly Fault[];

  constructor(file: string, faults: readonly Fault[]) {
    const lines = faults.map(
      ({ line, message }) => `  ${line === undefined ? '' : `line ${line}: `}${message}`,
    );
    super(`The gateway cannot start with ${file}:\n${lines.join('\n')}`);
    this.faults = faults;
  }
}

/** `authentication.issuers[0].audience`: how a place in the file is named to people. */
export function keyPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
