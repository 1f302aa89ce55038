/** Finds the command, reads its flags strictly, runs it, and turns failures into words and exit codes. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Command, UsageError } from './command.ts';
import { commands } from './commands.ts';
import { helpFor, overview } from './help.ts';
import { house } from './house.ts';

const usageFault = 2;

/** Resolves to the process's exit code; writes to standard output and standard error. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const { name, rest } = nameIn(args);
  try {
    if (name === undefined || name === 'help' || name === '--help' || name === '-h')
      return await help(rest[0] === 'help' ? undefined : nameIn(rest).name);
    if (name === '--version' || name === '-v') return version();
    const command = await load(name);
    return rest.includes('--help') || rest.includes('-h') ? await help(name) : await call(command, rest);
  } catch (error) {
    return report(error, name);
  }
}

/** Some commands have names of two words: `policy test`. */
function nameIn([first, second, ...others]: readonly string[]) {
  if (second === undefined) return { name: first, rest: [] };
  const name = `${first} ${second}`;
  return commands.has(name) ? { name, rest: others } : { name: first, rest: [second, ...others] };
}

async function help(name: string | undefined): Promise<number> {
  process.stdout.write(name === undefined ? overview() : helpFor(name, await load(name)));
  return 0;
}

function version(): number {
  const { version: number } = JSON.parse(readFileSync(house('package.json'), 'utf8')) as { version: string };
  process.stdout.write(`${number}\n`);
  return 0;
}

async function load(name: string): Promise<Command> {
  const listed = commands.get(name);
  if (listed !== undefined) return listed.load();
  const longer = [...commands.keys()].filter((each) => each.startsWith(`${name} `));
  if (longer.length > 0)
    throw new UsageError(
      `"${name}" alone is no command; there ${longer.length === 1 ? 'is' : 'are'} ${longer.join(', ')}`,
    );
  throw new UsageError(
    `there is no command "${name}"; there are ${[...commands.keys()].join(', ')} and help`,
  );
}

async function call(command: Command, args: string[]): Promise<number> {
  const { values, positionals } = parse(command, args);
  const missing = command.words[positionals.length];
  if (missing !== undefined) throw new UsageError(`<${missing}> is missing`);
  const extra = positionals[command.words.length];
  if (extra !== undefined && command.more === undefined)
    throw new UsageError(`"${extra}" is one word too many`);
  return command.run(values, positionals);
}

function parse(command: Command, args: string[]) {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  );
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    return { values: values as Readonly<Record<string, never>>, positionals };
  } catch (error) {
    // Node's text goes on about `--` and positional arguments; its first sentence says what is wrong.
    const [sentence] = error instanceof Error ? error.message.split('. ') : [];
    throw new UsageError(sentence ?? 'the flags cannot be read', { cause: error });
  }
}

function report(error: unknown, name: string | undefined): number {
  if (error instanceof UsageError) {
    const known = name !== undefined && commands.has(name);
    process.stderr.write(`portcullis: ${error.message}\nSee: portcullis help${known ? ` ${name}` : ''}\n`);
    return usageFault;
  }
  process.stderr.write(`portcullis ${name}: ${textOf(error)}\n`);
  return 1;
}

/**
 * An `Error` was thrown to be read; with what the language throws by itself comes the stack, which whoever mends it needs.
 */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const fault = /^(Type|Reference|Range)Error$/.test(error.name);
  return fault ? (error.stack ?? error.message) : error.message;
}
