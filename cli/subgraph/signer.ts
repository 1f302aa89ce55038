/** Who signs the tokens of `portcullis subgraph verify`: the gateway, an issuer of one’s own, or the published test key. */
import { readFileSync } from 'node:fs';
import { readConfig } from '@portcullis/gateway/config/read-config';
import { readSigningKeys } from '@portcullis/gateway/secrets/signing-key';
import type { Signer } from '@portcullis/kit/conformance/forge';
import { testSigner } from '@portcullis/kit/conformance/test-key';
import { UsageError } from '../command.ts';

export interface SignerFlags {
  readonly config: string | undefined;
  readonly 'signing-key': string | undefined;
  readonly issuer: string | undefined;
  readonly 'test-key': boolean | undefined;
}

export interface ChosenSigner {
  readonly signer: Signer;
  /** Where issuer and key are from, in words. */
  readonly from: string;
  /** The graph of the gateway whose configuration it is. */
  readonly supergraph: string | undefined;
  /** The subgraphs whose tokens it binds to a body. */
  readonly bindBody: readonly string[];
}

/**
 * @throws UsageError unless exactly one of the three is given
 * @throws Error naming the file that cannot be read, or holds no key
 */
export async function signerOf(flags: SignerFlags): Promise<ChosenSigner> {
  const { config, 'signing-key': file, issuer, 'test-key': isTest = false } = flags;
  const given = [config !== undefined, file !== undefined, isTest].filter(Boolean);
  if (given.length !== 1)
    throw new UsageError('give one of --config FILE, --signing-key FILE with --issuer, and --test-key');
  if (isTest)
    return {
      signer: { ...testSigner, issuer: issuer ?? testSigner.issuer },
      from: 'the published test key',
      supergraph: undefined,
      bindBody: [],
    };
  if (config !== undefined) return configuredSigner(config, issuer);
  if (issuer === undefined)
    throw new UsageError('give --issuer as well: the `iss` that the subgraph is configured to trust');
  return {
    signer: { ...(await keyIn(file)), issuer },
    from: `the key of ${file}`,
    supergraph: undefined,
    bindBody: [],
  };
}

async function configuredSigner(config: string, issuer: string | undefined): Promise<ChosenSigner> {
  const { identity, supergraph } = readConfig(config);
  const from = [
    `the key of ${identity.signingKey}, by ${config}${issuer === undefined ? '' : ' and --issuer'}`,
    environmentText(config),
  ];
  return {
    signer: { ...(await keyIn(identity.signingKey)), issuer: issuer ?? identity.issuer },
    from: from.filter((each) => each !== '').join('. '),
    supergraph: supergraph.source,
    bindBody: identity.bindBody,
  };
}

/** The same file is another configuration where the variables are others. */
function environmentText(config: string): string {
  const text = readFileSync(config, 'utf8').replace(/^\s*#.*$/gm, '');
  const names = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name));
  if (names.size === 0) return '';
  const told = [...names].map(
    (name) => `${name} (${process.env[name] === undefined ? 'not set' : 'set'} here)`,
  );
  return `The environment decides what that file says: give this command the variables of the gateway, ${told.join(', ')}`;
}

async function keyIn(file: string | undefined): Promise<Omit<Signer, 'issuer'>> {
  const [{ kid, privateKey }] = await readSigningKeys({ signingKey: file, createIfMissing: false });
  return { kid, privateKey };
}
