/** `portcullis subgraph verify` finds nothing in the six domains. */
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { domainNames } from '@portcullis/demo/data/domains';
import { readSigningKeys } from '@portcullis/gateway/secrets/signing-key';
import { type Finding, verifySubgraph } from '@portcullis/kit/conformance/verify-subgraph';
import { type Mesh, startMesh } from '../mesh/mesh.ts';

let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh();
}, 120_000);
afterAll(() => mesh?.close());

const ids = (findings: readonly Finding[], result: Finding['result']) =>
  findings.filter((each) => each.result === result).map(({ id }) => id);

describe.each(domainNames)('%s', (domain) => {
  it('keeps the protocol, and nothing of its own data was out of reach of the checks', async () => {
    const [{ kid, privateKey }] = await readSigningKeys({
      signingKey: join(dirname(mesh.source), 'gateway.jwk'),
      createIfMissing: false,
    });
    const signer = { issuer: mesh.environment['TXN_TOKEN_ISSUER'] ?? '', kid, privateKey };
    const findings = await verifySubgraph({ url: mesh.urlOf(domain), subgraph: domain, signer });
    expect(findings.filter(({ result }) => result === 'failed')).toEqual([]);
    const untried = ids(findings, 'skipped').filter((id) => !/^(events|socket|stream)\./.test(id));
    expect(untried).toEqual([]);
    const streams = ids(findings, 'passed').filter((id) => /^(events|socket|stream)\./.test(id));
    expect(streams.length > 0).toBe(domain === 'live');
  });
});
