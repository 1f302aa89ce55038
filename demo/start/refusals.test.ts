import { appendFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLog } from '@portcullis/gateway/observe/log';
import { tellRefusals } from './refusals.ts';
import { styleFor } from './style.ts';

let folder: string;
let log: string;
let printed: string[];
let stop: () => Promise<void>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'refusals '));
  log = join(folder, 'gateway.log');
  printed = [];
  stop = tellRefusals({ log, style: styleFor({}), print: (line) => printed.push(line), everyMs: 10 });
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true });
});

async function printedLines(count: number): Promise<readonly string[]> {
  for (const deadline = Date.now() + 10_000; printed.length < count; await delay(10)) {
    if (Date.now() > deadline) throw new Error(`printed only ${JSON.stringify(printed)}`);
  }
  return printed;
}

test('what the gateway refuses is told with file, line, rule and way out, and that it is mended', async () => {
  const fault =
    'audience/audience.cedar:14: error [audience.typo]: no role “anlyst”; did you mean “analyst”?';
  const gateway = createLog('info', { write: (line: string) => appendFileSync(log, line) });
  gateway.lifecycle({ level: 'info', message: 'listening' });
  gateway.snapshotRefused({ message: `${fault}\nglobal/global.cedar:2: error: another`, serving: 'a' });
  expect(await printedLines(1)).toEqual([
    [
      '',
      '✗ The gateway refuses what the files say now, and goes on with what was in force before:',
      `    ${fault}`,
      '    global/global.cedar:2: error: another',
      '',
    ].join('\n'),
  ]);
  gateway.snapshotMended({ serving: 'b' });
  expect((await printedLines(2))[1]).toBe('✓ Mended: what the files say is in force.\n');
});

test('a line is told once it is whole, whatever else stands in the log', async () => {
  await writeFile(log, 'node: a warning\nnull\n{"msg":"a new snapshot was refused","reason":"é');
  await delay(100);
  expect(printed).toEqual([]);
  appendFileSync(log, '"}\n');
  expect((await printedLines(1))[0]).toContain('    é\n');
});
