/** `portcullis audit verify`: whether an audit trail is as the gateway wrote it. */
import { readFile } from 'node:fs/promises';
import { type AuditReport, type VerifyOptions, verifyTrail } from '@portcullis/gateway/observe/audit/verify';
import { whyUnreadable } from '@portcullis/policies/engine/read/why-unreadable';
import { CommandError, defineCommand } from '../command.ts';
import { counted } from '../policies/words.ts';

export const auditVerify = defineCommand({
  usage: ['TRAIL [--keys FILE|URL]… [--head HASH] [--json]'],
  about: [
    'Reads an audit trail from its first line to its last, and says whether anything was altered, taken out,',
    'put in or moved. With the keys of the gateway (/.well-known/jwks.json) its signed checkpoints are checked too,',
    'so that nobody else can have written it anew; former checkpoints need former keys, which `portcullis key rotate` keeps',
    'in a file beside the key (FILE.former.jwks.json). Only the hash of the last checkpoint, which the log of the gateway',
    'has (`audit checkpoint`), tells whether lines are missing at the end. An empty file proves nothing, and fails.',
  ].join('\n'),
  words: ['TRAIL'],
  options: {
    keys: {
      type: 'string',
      multiple: true,
      value: 'FILE|URL',
      describe: 'public keys of the gateway, as a JSON Web Key Set; may be given several times',
    },
    head: { type: 'string', value: 'HASH', describe: 'the hash of the last `audit checkpoint` in the log' },
    json: { type: 'boolean', describe: 'print the outcome as JSON instead' },
  },
  async run({ keys, head, json = false }, [file = '']) {
    const set = keys && { keys: (await Promise.all(keys.map(readKeys))).flat() };
    const report = await verifyTrail(file, { keys: set, head }).catch((cause: unknown) => {
      throw new CommandError(`${file} cannot be read: ${whyUnreadable(cause)}`, { cause });
    });
    const ok = report.ok && report.lines > 0;
    const isChecked = { signatures: set !== undefined, end: head !== undefined };
    process.stdout.write(
      json
        ? `${JSON.stringify({ ...report, ok }, undefined, 2)}\n`
        : `${describe(report, file, isChecked).join('\n')}\n`,
    );
    return ok ? 0 : 1;
  },
});

type KeySet = NonNullable<VerifyOptions['keys']>;

async function readKeys(place: string): Promise<KeySet['keys']> {
  try {
    const text = /^https?:\/\//.test(place)
      ? await (await fetch(place, { redirect: 'error', signal: AbortSignal.timeout(10_000) })).text()
      : await readFile(place, 'utf8');
    const { keys } = JSON.parse(text);
    if (!Array.isArray(keys)) throw new Error('it is no JSON Web Key Set: {"keys": […]}');
    return keys;
  } catch (cause) {
    throw new CommandError(`${place}: no keys can be read from there (${String(cause)})`, { cause });
  }
}

interface Checked {
  readonly signatures: boolean;
  readonly end: boolean;
}

function describe(
  { lines, head, signed, from, until, fault }: AuditReport,
  file: string,
  checked: Checked,
): readonly string[] {
  if (lines === 0 && (fault === undefined || fault.line === 0)) {
    return [
      `${file} is empty, which proves nothing: a gateway begins its trail with a line.`,
      'Look whether the file was emptied, or whether it is the one that `audit.file` of the configuration names.',
    ];
  }
  if (fault !== undefined) {
    const before = `The first ${counted(lines, 'line')} follow from each other; whatever comes after is in doubt.`;
    return [`${file}:${fault.line}: ${fault.message}.`, before];
  }
  return [
    `${file}: ${counted(lines, 'line')} from ${from} to ${until}, none of them altered, taken out, put in or moved.`,
    checked.signatures
      ? `The gateway has signed the first ${signed} of them.`
      : 'Signatures were not checked: whoever writes a whole trail anew is not noticed. Give --keys for that.',
    checked.end
      ? 'It goes at least as far as the checkpoint that was given.'
      : 'Whether lines are missing at its end cannot be known from the trail: give --head with the `hash` of the last line `audit checkpoint` in the log of the gateway.',
    `Its last hash: ${head}`,
  ];
}
