/** `portcullis subgraph verify`: whether a subgraph refuses every token that is not right, and takes those that are. */
import {
  demandsBound,
  isTrusted,
  Unreachable,
  verifySubgraph,
} from '@portcullis/kit/conformance/verify-subgraph';
import { didYouMean } from '@portcullis/policies/engine/read/did-you-mean';
import { CommandError, defineCommand, UsageError } from '../command.ts';
import { subgraphNamesIn } from '../subgraph/names.ts';
import { printFindings } from '../subgraph/print-findings.ts';
import { progressOf } from '../subgraph/progress.ts';
import { signerOf } from '../subgraph/signer.ts';

export const subgraphVerify = defineCommand({
  usage: [
    'URL --subgraph NAME --config FILE [--json]',
    'URL --subgraph NAME --signing-key FILE --issuer ISSUER [--bound] [--json]',
    'URL --subgraph NAME --test-key [--bound] [--json]',
  ],
  about: [
    'Sends a running subgraph every token that is wrong in one point, a few that are right, and obligations that it',
    'has to carry out, and says of each check what came. What it has to do is in docs/subgraph-protocol.md.',
    '',
    'It needs the key that the subgraph trusts: that of its gateway, or of an issuer for tests. It only reads.',
  ].join('\n'),
  words: ['URL'],
  options: {
    subgraph: {
      type: 'string',
      value: 'NAME',
      describe: 'its name in supergraph.yaml: the audience of its tokens',
    },
    config: {
      type: 'string',
      value: 'FILE',
      describe: 'the configuration of its gateway, for issuer and signing key',
    },
    'signing-key': {
      type: 'string',
      value: 'FILE',
      describe: 'the private key (JWK, Ed25519) that signs its tokens',
    },
    issuer: { type: 'string', value: 'ISSUER', describe: 'the `iss` that it trusts' },
    'test-key': {
      type: 'boolean',
      describe: 'sign with the published test key, as https://gateway.example unless --issuer says otherwise',
    },
    caller: {
      type: 'string',
      value: 'SUB',
      describe: 'the `sub` of good tokens, for a subgraph that shows each caller rows of their own',
    },
    bound: {
      type: 'boolean',
      describe:
        'it demands tokens bound to a body (REQUIRE_BOUND_BODY); with --config, `identity.bindBody` says so',
    },
    json: { type: 'boolean', describe: 'print {subgraph, url, ok, findings} as JSON instead' },
  },
  async run({ subgraph, caller, json = false, bound, ...flags }, [url = '']) {
    if (subgraph === undefined || subgraph === '') throw new UsageError('give --subgraph NAME');
    if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''))
      throw new UsageError(`${url}: give the address as http://… or https://…`);
    const { signer, from, supergraph, bindBody } = await signerOf(flags);
    const names = supergraph === undefined ? undefined : await subgraphNamesIn(supergraph);
    if (names?.includes(subgraph) === false)
      throw new UsageError(
        `--subgraph ${subgraph}: the graph of the configuration has no such subgraph; ${didYouMean(subgraph, names)}`,
      );
    const onProgress = progressOf('checks');
    const isBound = bound ?? bindBody.includes(subgraph);
    const findings = await verifySubgraph({ url, subgraph, signer, caller, isBound, onProgress }).catch(
      (cause: unknown) => {
        if (!(cause instanceof Unreachable)) throw cause;
        throw new CommandError(
          `${url} does not answer (${cause.message}). Start the subgraph, or correct the address.`,
          { cause },
        );
      },
    );
    const ok = findings.every(({ result }) => result !== 'failed');
    process.stdout.write(
      json
        ? `${JSON.stringify({ subgraph, url, ok, findings }, undefined, 2)}\n`
        : printFindings(findings, subgraph),
    );
    if (demandsBound(findings))
      process.stderr.write(
        `It takes a token that is bound to its body, and none that is not: nothing else was tried. Add --bound; and name ${subgraph} in identity.bindBody of its gateway.\n`,
      );
    else if (!isTrusted(findings))
      process.stderr.write(
        `A good token is not taken, so that no refusal would prove anything: nothing else was tried.\nThey are signed as ${signer.issuer}, for ${subgraph}, with the key ${signer.kid}: ${from}.\n`,
      );
    return ok ? 0 : 1;
  },
});
