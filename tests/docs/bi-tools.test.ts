/** docs/bi-tools.md, from top to bottom: its commands are run, and what comes of them is what the page shows. */
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseConfig } from '@portcullis/gateway/config/read-config';
import { createGateway, type Gateway } from '@portcullis/gateway/gateway';
import { listen, type RunningServer } from '@portcullis/gateway/listen/server';
import { repository } from '../mesh/folders.ts';
import { gatewayYaml, type Mesh, startMesh } from '../mesh/mesh.ts';
import { blocksOf } from './blocks.ts';

const blocks = await blocksOf('docs/bi-tools.md');

let mesh: Mesh;
let gateway: Gateway;
let server: RunningServer;
let state: string;
/** As the page's readers keep it in a variable. */
let token = '';
/** Ids of the page, and those that they stand for. */
const ids = new Map<string, string>();

beforeAll(async () => {
  mesh = await startMesh();
  state = join(dirname(mesh.source), 'state');
  const [written = ''] = blocks.filter(({ language }) => language === 'yaml').map(({ text }) => text);
  const settings = `listen: { port: 0 }\n${gatewayYaml}`.replace('authentication:', written.trim());
  // Where the commands write by default.
  const yaml = settings.replace('state/service-tokens.json', 'state/gateway/service-tokens.json');
  const config = parseConfig(yaml, join(dirname(mesh.source), 'gateway.yaml'), {});
  gateway = await createGateway(config);
  server = await listen(gateway, config);
}, 120_000);
afterAll(async () => {
  await server?.close();
  await gateway?.close();
  await mesh?.close();
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(line: string): Promise<Ended> {
  let command = line
    .replace('cli/portcullis.mjs', join(repository, 'cli/portcullis.mjs'))
    .replace('http://127.0.0.1:4000', server.url);
  for (const [shown, real] of ids) command = command.replaceAll(shown, real);
  const env = { ...process.env, TOKEN: token, PORTCULLIS_STATE: state };
  return new Promise((resolve) => {
    execFile('sh', ['-c', command], { cwd: repository, env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
    );
  });
}

/** Times and ids are others each time. */
function alike(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')
    .replace(/\b(?=[a-z]*\d)[a-z0-9]{12}\b/g, 'ID');
}

describe('docs/bi-tools.md', () => {
  it('shows commands that come out as it says, one after the other', async () => {
    const steps = blocks.flatMap(({ language, text }, index) =>
      language === 'sh' ? [{ line: text, shown: blocks[index + 1] }] : [],
    );
    expect(steps.length).toBeGreaterThan(6);
    for (const { line, shown } of steps) {
      // A last use is written a second after it.
      if (line.includes('portcullis.mjs token list')) await sleep(1_500);
      const { code, out, err } = await run(line);
      expect({ line, code, err: code === 0 ? '' : err }).toEqual({ line, code: 0, err: '' });
      if (line.includes('portcullis.mjs token create') && token === '') {
        token = out.trim();
        ids.set('0m3k9x2pq7ab', token.split('_')[1] ?? '');
        // The gateway has to come to know it.
        while (
          (await run('curl -sf -u "x:$TOKEN" "http://127.0.0.1:4000/graphql?query={__typename}"')).code !== 0
        )
          await sleep(50);
      }
      if (shown?.language === 'json') expect(JSON.parse(out)).toEqual(JSON.parse(shown.text));
      if (shown?.language === 'text') expect(alike(out + err)).toContain(alike(shown.text));
    }
  }, 120_000);

  it('shows a revoked token, which opens nothing two seconds later', async () => {
    await sleep(2_000);
    const answer = await run(
      'curl -s -o /dev/null -w "%{http_code}" -u "x:$TOKEN" "http://127.0.0.1:4000/graphql?query={__typename}"',
    );
    expect(answer.out).toBe('401');
  });
});
