import { chmod, lchown, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { prepareStateFolder } from './state-folder.ts';

const ROOT = process.getuid?.() === 0;
let place: string;
let state: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'state folder '));
  state = join(place, 'below', 'state');
});
afterEach(() => rm(place, { recursive: true }));

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

test("what is made is its owner's alone; what a copy has opened is closed again", async () => {
  await prepareStateFolder(state);
  const rooms = await readdir(state);
  expect(rooms).toEqual(expect.arrayContaining(['gateway', 'logs', 'passwords']));
  for (const path of ['', ...rooms]) expect([path, await modeOf(join(state, path))]).toEqual([path, 0o700]);
  for (const room of rooms) await chmod(join(state, room), 0o777);
  await prepareStateFolder(state);
  for (const room of rooms) expect([room, await modeOf(join(state, room))]).toEqual([room, 0o700]);
});

test('a folder that others may only read is taken as it is', async () => {
  await mkdir(state, { recursive: true });
  await chmod(state, 0o755);
  await prepareStateFolder(state);
  expect(await modeOf(state)).toBe(0o755);
});

test.each([0o770, 0o703, 0o1777])('one of mode %o is refused, with what to do', async (mode) => {
  await mkdir(state, { recursive: true });
  await chmod(state, mode);
  await expect(prepareStateFolder(state)).rejects.toThrow(
    `${state} may be written to by others than its owner (mode ${mode.toString(8).padStart(4, '0')}), and is to hold the demo's keys and passwords. Run chmod 700 '${state}' if all in it is yours, or set PORTCULLIS_STATE to a folder of your own.`,
  );
  expect(await readdir(state)).toEqual([]);
});

test('a file in its place is named', async () => {
  await mkdir(join(place, 'below'));
  await writeFile(state, '');
  await expect(prepareStateFolder(state)).rejects.toThrow(`${state} is no folder`);
});

// Only root can give a folder away.
if (ROOT) {
  test.each(['the folder', 'one below it', 'a link to it'])(
    '%s of somebody else is refused, saying whose it is',
    async (what) => {
      await prepareStateFolder(state);
      let theirs = what === 'one below it' ? join(state, 'passwords') : state;
      if (what === 'a link to it') {
        theirs = join(place, 'link');
        await symlink(state, theirs);
        await prepareStateFolder(theirs);
      }
      await lchown(theirs, 12_345, 12_345);
      await expect(prepareStateFolder(what === 'a link to it' ? theirs : state)).rejects.toThrow(
        `${theirs} belongs to user 12345, while this is user 0`,
      );
    },
  );
}
