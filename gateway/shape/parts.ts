/** Writes an answer that comes in parts: the first as any other, then what deferred fragments add to the objects of it. */
import type { ResponseError } from '../errors.ts';
import type { DeferredPart } from '../program.ts';
import type { DeferredResult, ExecutedPart, StreamedResult } from '../request.ts';
import { gapErrors, visibleErrors } from './errors.ts';
import { isObject, mergeAnswer, type Place, placesOf } from './places.ts';
import { Room } from './room.ts';
import { shape } from './shape.ts';
import { writeObject } from './write.ts';

export type ShapeParts = (parts: AsyncIterable<ExecutedPart>) => AsyncIterable<StreamedResult>;

/** `answerBytes`: of all parts together. */
export function createShapeParts(answerBytes: number): ShapeParts {
  return (parts) => shapeParts(parts, new Room(answerBytes));
}

async function* shapeParts(parts: AsyncIterable<ExecutedPart>, room: Room): AsyncGenerator<StreamedResult> {
  /** All that has been told: where a null has propagated, nothing can be added later. */
  let told: unknown = null;
  for await (const part of parts) {
    const { hasNext } = part;
    if (part.parts === undefined) {
      const { data, errors, extensions } = shape(part, room);
      told = JSON.parse(String(data));
      yield { data, errors, extensions, hasNext };
    } else {
      const errors = visibleErrors(part.errors, part.planned);
      const results = part.parts.flatMap((deferred) =>
        resultsOf({ planned: part.planned, data: part.data, errors, room }, deferred, told),
      );
      const incremental = withAll(errors, results, room);
      if (incremental.length > 0 || !hasNext) yield { incremental, errors: [], hasNext };
    }
  }
}

/** An error that stands at none of the objects, since its subgraph did not say where it arose, goes with the first. */
function withAll(
  errors: readonly ResponseError[],
  results: readonly DeferredResult[],
  room: Room,
): readonly DeferredResult[] {
  const [first, ...others] = results;
  if (first === undefined) return [];
  const placed = new Set(results.flatMap((result) => result.errors));
  const unplaced = errors.filter((error) => !placed.has(error));
  room.takeErrors(unplaced);
  return [{ ...first, errors: [...unplaced, ...first.errors] }, ...others];
}

function resultsOf(
  {
    planned,
    data,
    errors,
    room,
  }: Pick<ExecutedPart, 'planned' | 'data' | 'errors'> & { readonly room: Room },
  part: DeferredPart,
  told: unknown,
): readonly DeferredResult[] {
  const places = isObject(told) ? placesOf(data, told, part.path) : [];
  const around = frame.length + JSON.stringify(part.label ?? '').length;
  return places.flatMap((place) => {
    const written = writeObject(part.object, place.value, { steps: place.path, room });
    if (written === undefined) return [];
    planned.authorized.parsed.context.counts.rows += written.rows;
    mergeAnswer(place.told, JSON.parse(written.text));
    const own = errors.filter((error) => isAt(error, place));
    const unplaced = errors.filter((error) => error.path === undefined);
    const unexplained = gapErrors(written.gaps, [...own, ...unplaced]);
    const { path } = place;
    const all = [...own, ...unexplained];
    room.take(around + charactersOf(path));
    room.takeErrors(all);
    return [{ data: written.text, path, label: part.label, errors: all }];
  });
}

const frame = '{"data":,"path":,"label":,"errors":[]},';

/** As JSON: names have nothing that is escaped. */
function charactersOf(path: Place['path']): number {
  return path.reduce((sum: number, step) => sum + String(step).length + 3, 1);
}

function isAt({ path = [] }: ResponseError, place: Place): boolean {
  return place.path.every((step, index) => path[index] === step);
}
