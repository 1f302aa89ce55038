/** Who may ask beside the holders of tokens, who may not any more, and by what the gateway signs and is known: files, each of which is followed. */
import { openServiceTokens, type ServiceTokens } from './authenticate/service-tokens/service-tokens.ts';
import type { GatewayConfig } from './config.ts';
import type { Observers } from './observe/observers.ts';
import { openRevocations, type Revocations } from './revocations/revocations.ts';
import { type Certificates, openCertificates } from './secrets/certificates.ts';
import { openSigningKeys, type SigningKeys } from './secrets/signing-keys.ts';

export interface Credentials {
  readonly keys: SigningKeys;
  readonly revocations: Revocations;
  /** Undefined: none are accepted. */
  readonly serviceTokens: ServiceTokens | undefined;
  /** Towards subgraphs; undefined: none. */
  readonly subgraphTls: Certificates | undefined;
  /** Towards clients; undefined: plain HTTP. */
  readonly listenTls: Certificates | undefined;
  /** Settings whose files, as they are now, are not in force. */
  refused(): readonly string[];
  close(): Promise<void>;
}

/** @throws Error saying which file is missing or not right, and what to do */
export async function openCredentials(config: GatewayConfig, observers: Observers): Promise<Credentials> {
  const revocations = await openRevocations({
    file: config.revocations,
    refused: (reason) => observers.revocationsRefused({ reason }),
  });
  const serviceTokens = await openTokens(config, observers);
  const keys = await openSigningKeys(config.identity, {
    changed: observers.signingKeysChanged,
    refused: observers.signingKeysRefused,
  });
  const { subgraphTls, listenTls } = await openTls(config, observers);
  return {
    keys,
    revocations,
    serviceTokens,
    subgraphTls,
    listenTls,
    refused() {
      const settings = {
        revocations,
        serviceTokens,
        signingKey: keys,
        subgraphTls,
        'listen.tls': listenTls,
      };
      return Object.entries(settings).flatMap(([name, file]) =>
        file?.refusal() === undefined ? [] : [name],
      );
    },
    async close() {
      keys.close();
      revocations.close();
      subgraphTls?.close();
      listenTls?.close();
      await serviceTokens?.close();
    },
  };
}

async function openTls(
  { subgraphTls, listen: { tls } }: GatewayConfig,
  { certificatesRead, certificatesRefused, certificateEnding }: Observers,
): Promise<Pick<Credentials, 'subgraphTls' | 'listenTls'>> {
  const events = { read: certificatesRead, refused: certificatesRefused, ending: certificateEnding };
  return {
    subgraphTls: subgraphTls && (await openCertificates('subgraphTls', subgraphTls, events)),
    listenTls: tls && (await openCertificates('listen.tls', { ...tls, ca: tls.clientCa }, events)),
  };
}

function openTokens(
  { authentication: { serviceTokens }, open }: GatewayConfig,
  { serviceTokensRead, serviceTokensRefused, serviceTokenUsesUnwritten }: Observers,
): Promise<ServiceTokens> | undefined {
  if (serviceTokens === undefined || open) return undefined;
  const { file } = serviceTokens;
  return openServiceTokens({
    file,
    read: (counts) => serviceTokensRead({ file, ...counts }),
    refused: (reason) => serviceTokensRefused({ reason }),
    unwritten: (reason) => serviceTokenUsesUnwritten({ reason }),
  });
}
