/** `portcullis key rotate`: exchanges the key by which a gateway signs, while it serves. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { newSigningKey, readSigningKeys } from '@portcullis/gateway/secrets/signing-key';
import { CommandError, defineCommand } from '../command.ts';
import { formerKeysFile, keepPublicKeys } from '../former-keys.ts';

export const keyRotate = defineCommand({
  usage: ['FILE [--withdraw]'],
  about: [
    'Makes a new signing key and puts it before the one in FILE (`identity.signingKey` of the gateway). Every gateway that reads',
    'the file publishes both at once, and signs with the new one ten seconds later: no request is refused meanwhile.',
    'With --withdraw the old one is taken out: nothing that it signed counts any more, in a subgraph within a minute.',
    '',
    'The public halves of the keys before are kept in FILE.former.jwks.json: `portcullis audit verify --keys` needs them for',
    'what a trail says of then.',
  ].join('\n'),
  words: ['FILE'],
  options: {
    withdraw: { type: 'boolean', describe: 'the old key may be in other hands: take it out at once' },
  },
  async run({ withdraw = false }, [file = '']) {
    const before = await readSigningKeys({ signingKey: file, createIfMissing: false }).catch(
      (cause: unknown) => {
        throw new CommandError(cause instanceof Error ? cause.message : String(cause), { cause });
      },
    );
    const [current] = before;
    const kept = await keep(
      file,
      before.map(({ publicKey }) => publicKey),
    );
    const previous = withdraw ? [] : [current.privateKey.export({ format: 'jwk' })];
    await replace(file, { keys: [await newSigningKey(), ...previous] });
    const [next] = await readSigningKeys({ signingKey: file, createIfMissing: false });
    process.stdout.write(
      withdraw
        ? `${next.kid} signs from now on; ${current.kid} is withdrawn.\n`
        : `${next.kid} signs in ten seconds; ${current.kid} stays published.\nRun this again, or with --withdraw, to take the old one out.\n`,
    );
    process.stdout.write(kept);
    return 0;
  },
});

/** Says where they are. A key that may be in other hands is exchanged even if they cannot be written there. */
async function keep(file: string, keys: Parameters<typeof keepPublicKeys>[1]): Promise<string> {
  const place = formerKeysFile(file);
  try {
    await keepPublicKeys(place, keys);
    return `Audit trails of before are verified with the former public keys too: portcullis audit verify TRAIL --keys ${place}\n`;
  } catch (error) {
    process.stderr.write(
      `portcullis key rotate: ${place} cannot be written (${String(error)}). Keep these public keys, by which audit trails of before are verified:\n${JSON.stringify({ keys })}\n`,
    );
    return '';
  }
}

/** Whole or not at all, and never open to others. */
async function replace(file: string, content: unknown): Promise<void> {
  const draft = `${file}.${process.pid}.draft`;
  try {
    await writeFile(draft, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true });
    throw new CommandError(`${file} cannot be written: ${String(cause)}`, { cause });
  }
}
