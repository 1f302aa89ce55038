/** What is said of a database that cannot be opened. */
import { expect, test } from '@jest/globals';
import { suiteServer } from '@portcullis/demo/database/testing';
import { connected } from './connect.ts';

const open = (change: (url: URL) => void) => {
  const url = new URL(suiteServer());
  change(url);
  return connected(url.href, async () => 'opened').catch(String);
};

test('names database, place and reason, and no password', async () => {
  const nobodyThere = await open((url) => {
    url.hostname = 'localhost';
    url.port = '1';
    url.pathname = '/video';
  });
  expect(nobodyThere).toMatch(/The database video at localhost:1 cannot be opened: .*ECONNREFUSED/);
  const wrong = await open((url) => {
    url.password = 'hunter2';
  });
  expect(wrong).toContain('password authentication failed');
  expect(wrong).not.toContain('hunter2');
});
