/** What a command is: its options, its help, and what it does. */

export interface Option {
  readonly type: 'string' | 'boolean';
  /** It may be given several times. */
  readonly multiple?: true;
  /** What stands for the value in the help: `FILE`. */
  readonly value?: string;
  readonly describe: string;
}

export type Options = Readonly<Record<string, Option>>;

/** Whatever was not given is undefined, so that a command cannot mistake a default for a wish. */
type Values<Declared extends Options> = {
  readonly [Name in keyof Declared]: Value<Declared[Name]> | undefined;
};

type Value<Declared extends Option> = Declared extends { readonly multiple: true }
  ? readonly string[]
  : Declared['type'] extends 'boolean'
    ? boolean
    : string;

export interface CommandOf<Declared extends Options> {
  /** One line for each way to call it, without the program's name. */
  readonly usage: readonly string[];
  /** What it does, in a few sentences. */
  readonly about: string;
  readonly options: Declared;
  /** Names of the words that follow the command; all are required. */
  readonly words: readonly string[];
  /** Name of the words that may follow those, however many. */
  readonly more?: string;
  /** Resolves to the exit code once there is nothing left to do. */
  run(values: Values<Declared>, words: readonly string[]): Promise<number>;
}

export type Command = CommandOf<Options>;

/** Lets the compiler tie the values that `run` gets to the options that are declared. */
export function defineCommand<const Declared extends Options>(
  command: CommandOf<Declared>,
): CommandOf<Declared> {
  return command;
}

/** The command line itself is wrong: exit code 2, and a pointer to the help. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command line is right but the work cannot be done: exit code 1 and the message, which says what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
