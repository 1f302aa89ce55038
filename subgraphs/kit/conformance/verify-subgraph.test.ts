/** What `verifySubgraph` says of subgraphs that forget one thing each, of one that forgets all, and of one that forgets none. */
import { expect, test } from '@jest/globals';
import { type Careless, carelessName, startCareless, startDemanding } from './fixture/careless.ts';
import type { Forgotten } from './fixture/forgotten.ts';
import { testSigner } from './test-key.ts';
import { checksFor, type Finding, Unreachable, verifySubgraph } from './verify-subgraph.ts';

async function findingsIn(subgraph: Careless, isBound: boolean): Promise<readonly Finding[]> {
  try {
    return await verifySubgraph({ url: subgraph.url, subgraph: carelessName, signer: testSigner, isBound });
  } finally {
    await subgraph.close();
  }
}

const findingsOf = async (...forgotten: readonly Forgotten[]) =>
  findingsIn(await startCareless(...forgotten), false);

const checks = checksFor({});

/** The test key is the one that these subgraphs trust; they have no groups. */
const untried = ['key.published-test-key', 'groups.minimum'];

const ids = (findings: readonly Finding[], result: Finding['result']) =>
  findings.filter((each) => each.result === result).map(({ id }) => id);

test('a subgraph that forgets nothing has no fault, and next to nothing is left untried', async () => {
  const findings = await findingsOf();
  expect(findings.filter(({ result }) => result === 'failed')).toEqual([]);
  expect(findings.length).toBe(checks.length);
  expect(ids(findings, 'skipped')).toEqual(untried);
});

test.each<[Forgotten, RegExp]>([
  [
    'signature',
    /^signature\.(changed|cut|empty|payload-changed)$|^key\.(other-same-kid|jwk)$|^alg\.|^(events|socket)\.(init-)?(key|signature|unsigned)$/,
  ],
  ['own key', /^key\.(jwk|jku-not-fetched)$/],
  ['type', /^typ\.|^(events|socket)\.(init-)?type$/],
  ['kid', /^key\.kid-(unknown|missing)$/],
  ['extensions', /^crit\.b64/],
  ['issuer', /^issuer\.|^claim\.iss\.|^(events|socket)\.(init-)?issuer$/],
  ['audience', /^audience\.|^claim\.aud\.|^door\..*-other$|^(events|socket)\.(init-)?other$/],
  ['audience in a list', /^audience\.list(-others)?$/],
  ['end', /^time\.(just-)?expired$|^(events|socket)\.(init-)?expired$/],
  ['beginning', /^time\.(future|ahead|not-before)$/],
  ['life', /^time\.(life|backwards)/],
  ['whole numbers', /^time\.(exp-text|iat-text|exp-fraction)$/],
  ['claims', /^claim\.(txn|sub|scope|req_wl|rctx)\.|^claim\.tctx\.(snapshot|purpose)\./],
  [
    'obligations',
    /^claim\.tctx\.obligations\.|^obligations\.|^rows\.(?!kept)|^denied\.|^(events|socket)\.(init-)?obligations$/,
  ],
  ['first conditions', /^rows\.several-first$/],
  ['last conditions', /^rows\.several$/],
  ['lower bounds', /^rows\.lacking-bound$/],
  ['upper bounds', /^rows\.lacking-upper-bound$/],
  ['body', /^body\.|^events\.other-body$|^socket\.(init-)?bound$/],
  ['other places', /^place\.(authorization|cookie|query-string)$/],
  ['second token', /^token\.tw/],
  ['service', /^door\.service/],
  ['method', /^door\.get-token$/],
  ['lists', /^door\.batch-token$/],
  ['silence', /^refusal\.same$/],
  [
    'status',
    /^(token|signature|alg|typ|crit|claim|issuer|audience|time|obligations|body|place|events)\.|^key\.(?!jku-|published-)|^door\.(?!get-token|batch-token)/,
  ],
  ['events', /^events\./],
  ['sockets', /^socket\./],
  ['stream signature', /^(events|socket)\.(init-)?(key|signature|unsigned)$/],
])('a subgraph that forgets "%s" is told so, and of nothing else', async (forgotten, expected) => {
  const wanted = checks.map(({ id }) => id).filter((id) => expected.test(id));
  expect(ids(await findingsOf(forgotten), 'failed')).toEqual(wanted.filter((id) => !untried.includes(id)));
});

test.each<[readonly Forgotten[], RegExp]>([
  [[], /^$/],
  [['stream binding'], /^bound\.(events|socket)/],
  [['stream signature'], /^events\.(key|signature|unsigned)$/],
  // That a WebSocket is opened by a token which no body has shows nothing of events.
  [['body of events', 'sockets'], /^stream\.good$|^(bound\.)?socket/],
])('of one that demands bound tokens and forgets %j the same is found out', async (forgotten, expected) => {
  const wanted = checksFor({ isBound: true }).map(({ id }) => id);
  const findings = await findingsIn(await startDemanding(...forgotten), true);
  expect(ids(findings, 'failed')).toEqual(wanted.filter((id) => expected.test(id)));
});

test('of a subgraph that forgets everything each fault is named, with what was sent, what came and what to do', async () => {
  const findings = await findingsOf('everything');
  expect(ids(findings, 'passed').filter((id) => !id.startsWith('good.'))).toEqual([
    'key.jku-not-fetched',
    'rows.kept',
    'stream.good',
  ]);
  for (const { result, sent, came, advice } of findings)
    if (result === 'failed') expect([sent, came, advice]).not.toContain(undefined);
});

test('what is sent is told without a signature', async () => {
  const told = JSON.stringify(await findingsOf('everything'));
  expect(told).toContain('(signature)');
  expect(told).not.toMatch(/[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}/);
});

test('where nothing answers there is nothing to be said', async () => {
  const subgraph = await startCareless();
  await subgraph.close();
  const verified = verifySubgraph({ url: subgraph.url, subgraph: carelessName, signer: testSigner });
  await expect(verified).rejects.toThrow(Unreachable);
});

test('no id is given twice, and each check says what to do', () => {
  const all = checksFor({ isBound: true });
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  for (const { advice, sentence } of all) expect([advice, sentence]).not.toContain('');
});
