import { describe, expect, it } from '@jest/globals';
import type { Circumstances, Subject } from '@portcullis/policies/engine/subject';
import { openView } from '@portcullis/policies/engine/view';
import { nobody } from '../fixture/views.ts';
import { createAccess, type ViewMaker } from './access.ts';

const noon: Circumstances = nobody.circumstances;
const withScopes = (...scopes: string[]): Subject => ({ ...nobody.subject, scopes: new Set(scopes) });

/** What is asked of it, which waits until it is let go. */
function maker() {
  const asked: string[] = [];
  let release = () => {};
  let fault: Error | undefined;
  const gate = () =>
    new Promise<void>((resolve, reject) => {
      const before = release;
      release = () => {
        before();
        if (fault === undefined) resolve();
        else reject(fault);
      };
    });
  const made: ViewMaker<{ scopes: string }> = {
    version: '1',
    declared: (subject) => subject,
    fingerprintOf: ({ scopes }) => [...scopes].join(),
    async build({ scopes }) {
      const name = [...scopes].join();
      asked.push(`build ${name}`);
      await gate();
      return { scopes: name };
    },
    async guards({ hour }) {
      asked.push(`guards ${hour}`);
      await gate();
      return hour >= 20 ? 1 : 0;
    },
    resolve: ({ scopes }, guards) => ({ ...openView, key: `${scopes}/${guards}` }),
    async close() {},
  };
  return {
    made,
    asked,
    letGo(failure?: Error) {
      fault = failure;
      release();
      release = () => {};
    },
  };
}

describe('access', () => {
  it('waits for what is new, and has what is known at once', async () => {
    const { made, asked, letGo } = maker();
    const access = createAccess(made);
    const coming = access.viewOf(withScopes('a'), noon);
    expect(coming).toBeInstanceOf(Promise);
    letGo();
    const view = await coming;
    expect(view.key).toBe('a/0');
    expect(access.viewOf(withScopes('a'), noon)).toBe(view);
    expect(asked).toEqual(['build a', 'guards 12']);
  });

  it('makes once what several wait for', async () => {
    const { made, asked, letGo } = maker();
    const access = createAccess(made);
    const subjects = Array.from({ length: 50 }, () => withScopes('a'));
    const coming = subjects.map((each) => access.viewOf(each, noon));
    letGo();
    expect(new Set(await Promise.all(coming.map(async (each) => each))).size).toBe(1);
    expect(asked).toEqual(['build a', 'guards 12']);
  });

  it('tells circumstances apart, and asks for nothing else then', async () => {
    const { made, asked, letGo } = maker();
    const access = createAccess(made);
    const at = async (circumstances: Circumstances) => {
      const coming = access.viewOf(withScopes('a'), circumstances);
      letGo();
      return (await coming).key;
    };
    expect(await at(noon)).toBe('a/0');
    expect(await at({ ...noon, hour: 21 })).toBe('a/1');
    expect(await at({ ...noon, hour: 22 })).toBe('a/1');
    await at({ ...noon, breakGlass: true });
    await at({ ...noon, zone: 'corp' });
    expect(asked).toEqual(['build a', 'guards 12', 'guards 21', 'guards 22', 'guards 12', 'guards 12']);
  });

  it('keeps no failure', async () => {
    const { made, letGo } = maker();
    const access = createAccess(made);
    const failing = access.viewOf(withScopes('a'), noon);
    letGo(new Error('the thread ended'));
    await expect(failing).rejects.toThrow('the thread ended');
    const again = access.viewOf(withScopes('a'), noon);
    letGo();
    expect((await again).key).toBe('a/0');
  });

  it('forgets what was asked for least lately beyond its bound', async () => {
    const { made, asked, letGo } = maker();
    const access = createAccess(made, 2);
    for (const scope of ['a', 'b', 'c', 'b', 'a']) {
      const coming = access.viewOf(withScopes(scope), noon);
      letGo();
      await coming;
    }
    expect(asked.filter((each) => each.startsWith('build'))).toEqual([
      'build a',
      'build b',
      'build c',
      'build a',
    ]);
  });
});
