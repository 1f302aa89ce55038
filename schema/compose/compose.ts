/** Composes the supergraph from its source file: the one way from the domains' SDL to what the gateway serves. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type CompositionSuccess, composeServices, validateSatisfiability } from '@apollo/composition';
import { GraphQLError, parse, Source } from 'graphql';
import { accessProblems } from './access/problems.ts';
import { statedIn } from './access/stated.ts';
import { adviceFor } from './advice.ts';
import { placeOf, placesOf, type SubgraphSource } from './locate.ts';
import { type Place, type Problem, SourceError } from './problem.ts';
import { readSource, type SubgraphEntry, unreadable } from './source.ts';
import { unresolvableKeys } from './unresolvable-keys.ts';

/** Every file the outcome depends on, the source itself first: what a watcher watches. */
interface WithFiles {
  readonly files: readonly string[];
}

export interface ComposedGraph extends WithFiles {
  readonly supergraphSdl: string;
  readonly hints: readonly Problem[];
  readonly subgraphs: readonly SubgraphSource[];
  readonly errors?: undefined;
}

export interface FailedComposition extends WithFiles {
  readonly errors: readonly Problem[];
  readonly supergraphSdl?: undefined;
}

export type Composition = ComposedGraph | FailedComposition;

/** Put together, and not yet known to be answerable: what takes a third of the time and is seldom what is wrong. */
export interface MergedGraph extends WithFiles {
  /** The supergraph, if it turns out to be one. */
  readonly supergraphSdl: string;
  readonly errors?: undefined;
  /** Whether every field can be reached from every place where it can be asked for. */
  verify(): Composition;
}

/**
 * Reads each input file once, so that one composition never sees two versions of a file. Mistakes in the
 * graph come back as `errors`; only a fault of ours is thrown.
 */
export async function composeFile(
  path: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Composition> {
  const merged = await mergeFile(path, environment);
  return merged.errors === undefined ? merged.verify() : merged;
}

/** The first step of {@link composeFile}. */
export async function mergeFile(
  path: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<MergedGraph | FailedComposition> {
  const file = resolve(path);
  const files = [file];
  try {
    const entries = await readSource(file, environment);
    files.push(...entries.map((entry) => entry.schemaFile));
    return mergeSubgraphs(await readSubgraphs(entries), files);
  } catch (error) {
    if (error instanceof SourceError) return { errors: error.problems, files };
    throw error;
  }
}

async function readSubgraphs(entries: readonly SubgraphEntry[]): Promise<SubgraphSource[]> {
  const read = await Promise.all(entries.map(readSubgraph));
  const problems = read.filter((outcome) => 'severity' in outcome);
  if (problems.length > 0) throw new SourceError(problems);
  return read.filter((outcome) => 'sdl' in outcome);
}

async function readSubgraph(entry: SubgraphEntry): Promise<SubgraphSource | Problem> {
  let sdl: string;
  try {
    sdl = await readFile(entry.schemaFile, 'utf8');
  } catch (cause) {
    return unreadable(entry.place, entry.schemaFile, cause);
  }
  try {
    return { ...entry, sdl, document: parse(new Source(sdl, entry.schemaFile)) };
  } catch (error) {
    if (error instanceof GraphQLError) return syntaxProblem(entry, error);
    throw error;
  }
}

function syntaxProblem(entry: SubgraphEntry, error: GraphQLError): Problem {
  const { line = 1, column = 1 } = error.locations?.[0] ?? {};
  const place: Place = { file: entry.schemaFile, line, column, subgraph: entry.name, owner: entry.owner };
  const advice = 'correct the SDL at this line; a generated file is made again by `npm run generate`';
  return { severity: 'error', code: 'SDL_SYNTAX', message: error.message, places: [place], advice };
}

function mergeSubgraphs(
  subgraphs: readonly SubgraphSource[],
  files: readonly string[],
): MergedGraph | FailedComposition {
  const stated = subgraphs.map(statedIn);
  const merged = composeServices(
    stated.map(({ document, subgraph: { name, url } }) => ({ name, url, typeDefs: document })),
    { runSatisfiability: false },
  );
  const failed = (errors: readonly GraphQLError[]): FailedComposition => ({
    errors: errors.map((error) => errorProblem(error, subgraphs)),
    files,
  });
  if (merged.errors !== undefined) return failed(merged.errors);
  const { supergraphSdl, schema } = merged;
  const unsafe = accessProblems(stated, supergraphSdl);
  if (unsafe.length > 0) return { errors: unsafe, files };
  return {
    supergraphSdl,
    files,
    verify() {
      const verified = validateSatisfiability({ supergraphSchema: schema });
      if (verified.errors !== undefined) return failed(verified.errors);
      const hints = [...merged.hints, ...(verified.hints ?? [])];
      return {
        supergraphSdl,
        hints: [
          ...unresolvableKeys(subgraphs),
          ...hints.flatMap((hint) => hintProblem(hint, subgraphs) ?? []),
        ],
        subgraphs,
        files,
      };
    },
  };
}

function errorProblem(error: GraphQLError, subgraphs: readonly SubgraphSource[]): Problem {
  const code = String(error.extensions['code'] ?? 'COMPOSITION');
  const places = placesOf(error, subgraphs);
  return { severity: 'error', code, message: error.message, places, advice: adviceFor(code) };
}

/** Only what somebody should look at: composition also remarks on every harmless difference. */
function hintProblem(
  hint: CompositionSuccess['hints'][number],
  subgraphs: readonly SubgraphSource[],
): Problem | undefined {
  if (hint.definition.level.name === 'DEBUG') return undefined;
  const [first, ...others] = (hint.nodes ?? []).flatMap((node) => placeOf(node, subgraphs) ?? []);
  const place = first ?? subgraphs[0]?.place;
  if (place === undefined) return undefined;
  const { code } = hint.definition;
  return {
    severity: 'hint',
    code,
    message: hint.message,
    places: [place, ...others],
    advice: adviceFor(code),
  };
}
