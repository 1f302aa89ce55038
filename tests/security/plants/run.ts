/** `npm run test:plants`: plants one fault after the other in a copy of the project, and sees which tests notice. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../../mesh/folders.ts';
import { type Plant, plants } from './plants.ts';

const run = promisify(execFile);

interface Seen {
  readonly plant: Plant;
  /** Titles of the tests that failed. */
  readonly failed: readonly string[];
}

const only = process.argv.slice(2).map(Number);
const copy = await copied();
const all: Seen[] = [];
try {
  for (const [at, plant] of plants.entries()) {
    if (only.length > 0 && !only.includes(at)) continue;
    console.error(`… ${at}: ${plant.what}`);
    const seen = { plant, failed: await failuresWith(copy, plant) };
    all.push(seen);
    if (seen.failed.length === 0) console.error('  nothing noticed it');
  }
} finally {
  await rm(copy, { recursive: true, force: true });
}
console.log(
  [
    '| planted | tests that fail | one of them |',
    '|---|--:|---|',
    ...all.map(({ plant, failed }) => `| ${plant.what} | ${failed.length} | ${failed[0] ?? '**none**'} |`),
  ].join('\n'),
);
process.exit(all.every(({ failed }) => failed.length > 0) ? 0 : 1);

/** What is in version control, as it is now, with the packages: links of workspaces lead into the copy. */
async function copied(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-plants-'));
  const { stdout } = await run('git', ['ls-files', '-co', '--exclude-standard'], { cwd: repository });
  for (const file of stdout.split('\n').filter(Boolean)) await cp(join(repository, file), join(folder, file));
  const modules = await run('find', ['.', '-name', 'node_modules', '-prune', '-not', '-path', './dist/*'], {
    cwd: repository,
  });
  for (const found of modules.stdout.split('\n').filter(Boolean)) {
    await cp(join(repository, found), join(folder, found), { recursive: true, verbatimSymlinks: true });
  }
  return folder;
}

async function failuresWith(folder: string, { file, from, to, tests }: Plant): Promise<readonly string[]> {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${file} does not hold once: ${from}`);
  await writeFile(
    path,
    text.replace(from, () => to),
  );
  try {
    const outcome = join(folder, 'outcome.json');
    await run('npm', ['test', '--', ...tests, '--json', `--outputFile=${outcome}`], {
      cwd: folder,
      maxBuffer: 64 * 1024 * 1024,
    }).catch(() => undefined);
    return failedIn(JSON.parse(await readFile(outcome, 'utf8')) as Outcome);
  } finally {
    await writeFile(path, text);
  }
}

interface Outcome {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** A file that does not compile has no such titles, and notices nothing. */
function failedIn({ testResults }: Outcome): readonly string[] {
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .flatMap(({ status, fullName }) => (status === 'failed' ? [fullName] : []));
}
