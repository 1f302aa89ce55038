import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { readPolicyFiles } from './folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policies-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, text: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

it('reads rules and the vocabulary, in order, and nothing else', async () => {
  await write('music/b.cedar', 'b');
  await write('music/more/a.cedar', 'a');
  await write('global/vocabulary.yaml', 'v');
  await write('music/music.test.yaml', 'cases');
  await write('music/vocabulary.yaml', 'not the one');
  await write('engine/rules.ts', 'code');
  // What editors and mounted volumes leave behind.
  await write('.git/c.cedar', 'c');
  await write('music/.#b.cedar', 'd');
  await write('node_modules/x/e.cedar', 'e');
  await symlink(join(folder, 'music/b.cedar'), join(folder, 'music/linked.cedar'));
  expect(await readPolicyFiles(folder)).toEqual([
    { path: 'global/vocabulary.yaml', text: 'v' },
    { path: 'music/b.cedar', text: 'b' },
    { path: 'music/linked.cedar', text: 'b' },
    { path: 'music/more/a.cedar', text: 'a' },
  ]);
});

it('says which file it cannot read', async () => {
  await expect(readPolicyFiles(join(folder, 'gone'))).rejects.toThrow(
    /gone:1: error: cannot be read: it does not exist; name the folder/,
  );
  await write('music/a.cedar', Uint8Array.from([0xff, 0xfe]));
  await expect(readPolicyFiles(folder)).rejects.toThrow(
    'music/a.cedar:1: error: is no UTF-8; save it as UTF-8',
  );
});
