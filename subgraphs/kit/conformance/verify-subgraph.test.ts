/** What `verifySubgraph` says of subgraphs that forget one thing each, of one that forgets all, and of one that forgets none. */
import { expect, test } from '@jest/globals';
import { carelessName, type Forgotten, startCareless } from './fixture/careless.ts';
import { testSigner } from './test-key.ts';
import { checksFor, type Finding, Unreachable, verifySubgraph } from './verify-subgraph.ts';

async function findingsOf(...forgotten: readonly Forgotten[]): Promise<readonly Finding[]> {
  const subgraph = await startCareless(...forgotten);
  try {
    return await verifySubgraph({ url: subgraph.url, subgraph: carelessName, signer: testSigner });
  } finally {
    await subgraph.close();
  }
}

const checks = checksFor({});

/** The test key is the one that these subgraphs trust; they carry out no row filters, and have no groups. */
const untried = ['key.published-test-key', 'rows.kept', 'groups.minimum'];

const ids = (findings: readonly Finding[], result: Finding['result']) =>
  findings.filter((each) => each.result === result).map(({ id }) => id);

test('a subgraph that forgets nothing has no fault, and next to nothing is left untried', async () => {
  const findings = await findingsOf();
  expect(findings.filter(({ result }) => result === 'failed')).toEqual([]);
  expect(findings.length).toBe(checks.length);
  expect(ids(findings, 'skipped')).toEqual(untried);
});

test.each<[Forgotten, RegExp]>([
  ['signature', /^signature\.(changed|cut|empty|payload-changed)$|^key\.(other-same-kid|jwk)$|^alg\./],
  ['own key', /^key\.(jwk|jku-not-fetched)$/],
  ['type', /^typ\./],
  ['kid', /^key\.kid-(unknown|missing)$/],
  ['extensions', /^crit\.b64/],
  ['issuer', /^issuer\.|^claim\.iss\./],
  ['audience', /^audience\.|^claim\.aud\.|^door\..*-other$|^events\.other$/],
  ['audience in a list', /^audience\.list(-others)?$/],
  ['end', /^time\.(just-)?expired$|^events\.expired$/],
  ['beginning', /^time\.(future|ahead|not-before)$/],
  ['life', /^time\.(life|backwards)/],
  ['whole numbers', /^time\.(exp-text|iat-text|exp-fraction)$/],
  ['claims', /^claim\.(txn|sub|scope|req_wl|rctx)\.|^claim\.tctx\.(snapshot|purpose)\./],
  ['obligations', /^claim\.tctx\.obligations\.|^obligations\.|^rows\.|^denied\./],
  ['body', /^body\.|^events\.other-body$/],
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
])('a subgraph that forgets "%s" is told so, and of nothing else', async (forgotten, expected) => {
  const wanted = checks.map(({ id }) => id).filter((id) => expected.test(id));
  expect(ids(await findingsOf(forgotten), 'failed')).toEqual(wanted.filter((id) => !untried.includes(id)));
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
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  for (const { advice, sentence } of checks) expect([advice, sentence]).not.toContain('');
});
