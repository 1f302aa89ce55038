/** The planted faults can still be planted; `npm run test:plants` plants them and runs the tests that have to notice. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { repository } from '../../mesh/folders.ts';
import { plants } from './plants.ts';

it.each(plants.map((plant) => [plant.what, plant] as const))(
  '%s: could be written',
  async (_, { file, from, to }) => {
    const text = await readFile(join(repository, file), 'utf8');
    expect(text.split(from)).toHaveLength(2);
    expect(to).not.toBe(from);
  },
);
