/** Every token that a subgraph is tried with. */
import { bodies } from './cases/body.ts';
import { claimCases, goodTokens } from './cases/claims.ts';
import { headers } from './cases/header.ts';
import { obligationCases, wholeGrammar } from './cases/obligations.ts';
import { presence } from './cases/presence.ts';
import { signatures } from './cases/signature.ts';
import { instants, times } from './cases/time.ts';
import type { TokenCase } from './token-case.ts';

/** Those that any subgraph can be tried with, over the network and by its own clock. */
export const tokenCases: readonly TokenCase[] = [
  ...goodTokens,
  ...presence,
  ...signatures,
  ...headers,
  ...claimCases,
  ...times,
  ...obligationCases,
  ...bodies,
];

/** Those, and what needs a clock that stands still or a subgraph that carries out everything. */
export const vectorCases: readonly TokenCase[] = [...tokenCases, ...instants, ...wholeGrammar];
