/** One thing that has to be so of a subgraph, and how it is found out. */
import type { DocumentNode } from 'graphql';
import { type Answer, type Came, hasData, tellCame } from './answer.ts';
import { type Asked, tellSent } from './ask.ts';
import type { Forge } from './forge.ts';
import type { Probe } from './probe.ts';

/** The subgraph under test. */
export interface Subject {
  readonly url: string;
  /** What tokens are made of at this instant; where it takes bound ones alone, for this request. */
  forge(asked?: Pick<Asked, 'body'>): Forge;
  ask(asked: Asked): Promise<Answer>;
  /** What it offers, as it says to a good token; undefined where it says nothing. */
  readonly schema: DocumentNode | undefined;
  /** A field whose values it shows; undefined where none was found. */
  readonly probe: Probe | undefined;
  /** Every refusal so far. */
  readonly refusals: Came[];
  /** How often the address of a stranger's keys was asked. */
  strangersAsked(): number;
}

export type Outcome =
  | { readonly result: 'passed' }
  | {
      readonly result: 'failed';
      readonly sent: string;
      readonly came: string;
    }
  | { readonly result: 'skipped'; readonly why: string };

export interface Check {
  readonly id: string;
  /** What has to be so. */
  readonly sentence: string;
  /** What to do where it is not. */
  readonly advice: string;
  run(subject: Subject): Promise<Outcome>;
}

export const passed: Outcome = { result: 'passed' };

export function skipped(why: string): Outcome {
  return { result: 'skipped', why };
}

export const typename = { query: '{ __typename }' };

/** Sends it, and judges what came. */
export async function expecting(
  subject: Subject,
  asked: Asked,
  isRight: (answer: Answer, subject: Subject) => boolean,
): Promise<Outcome> {
  const answer = await subject.ask(asked);
  return isRight(answer, subject)
    ? passed
    : { result: 'failed', sent: tellSent(asked), came: tellCame(answer) };
}

/** 401, with nothing that was executed. */
export function isRefused(answer: Answer, { refusals }: Subject): boolean {
  if ('failure' in answer || answer.status !== 401 || hasData(answer)) return false;
  refusals.push(answer);
  return true;
}

/** Whatever it was answered with, nothing has run. */
export function isNotExecuted(answer: Answer): boolean {
  return !('failure' in answer) && answer.status >= 400 && answer.status < 500 && !hasData(answer);
}
