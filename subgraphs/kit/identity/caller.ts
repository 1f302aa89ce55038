/** What is told of a caller whose name is withheld: what the gateway's rules look at. */
import { isRecord } from './is-record.ts';

export interface Caller {
  /** `human`, `service`, `bi` or `anonymous`; a newer gateway may know others. */
  readonly kind: string;
  readonly roles: readonly string[];
  readonly teams: readonly string[];
  readonly attributes: ReadonlyMap<string, string | number | readonly string[]>;
}

/** @returns undefined for anything that is not of the form, in any point */
export function readCaller(value: unknown): Caller | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, roles, teams, attributes } = value;
  if (typeof kind !== 'string' || !isTexts(roles) || !isTexts(teams) || !isRecord(attributes))
    return undefined;
  const read = new Map<string, string | number | readonly string[]>();
  for (const [name, given] of Object.entries(attributes)) {
    if (typeof given !== 'string' && !Number.isSafeInteger(given) && !isTexts(given)) return undefined;
    read.set(name, given as string | number | readonly string[]);
  }
  return { kind, roles, teams, attributes: read };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
