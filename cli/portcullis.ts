/** The process behind `portcullis`: its arguments go in, its exit code comes out. */
import { runCommandLine } from './run.ts';

process.exitCode = await runCommandLine(process.argv.slice(2));
