/**
 * Ways in that have worked somewhere (ids of the groups that access decisions and authentication answer for), and the named test that shows for each
 * that it does not work here. A row that cannot arise says why; its test shows why it cannot.
 */
import { answers } from './answers.ts';
import { callers } from './callers.ts';
import { data } from './data.ts';
import { documents } from './documents.ts';
import type { Row } from './row.ts';

export const catalogue: readonly Row[] = [...documents, ...callers, ...data, ...answers];
