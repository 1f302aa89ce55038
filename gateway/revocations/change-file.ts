/** Changes the file of revocations for whoever operates the gateways: whole, one at a time, and keeping what was written by hand. */
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { type Document, isMap, isSeq, parseDocument } from 'yaml';
import { type Entries, type ListName, RevocationsFault, readEntries } from './entries.ts';

/** @throws RevocationsFault if there is no such file, or it is not understood */
export async function readRevocations(file: string): Promise<Entries> {
  return readEntries(await textOf(file));
}

/** Its members by their names; what they may be is looked at before it is written. */
export type WrittenEntry = Readonly<Record<string, string>>;

/**
 * Puts an entry into its list, in place of one about the same.
 * @throws RevocationsFault if the file is not understood, or would not be, or somebody else is about to change it
 */
export async function addRevocation(file: string, list: ListName, entry: WrittenEntry): Promise<void> {
  await change(file, (document) => {
    remove(document, list, entry);
    const entries = document.get(list);
    if (isSeq(entries) && entries.items.length > 0) entries.add(document.createNode(entry, { flow: true }));
    else document.set(list, document.createNode([entry]));
  });
}

/**
 * Resolves to how many entries were about the same and are gone.
 * @throws RevocationsFault as {@link addRevocation}
 */
export function removeRevocation(file: string, list: ListName, entry: WrittenEntry): Promise<number> {
  return change(file, (document) => remove(document, list, entry));
}

/** What says who or what is meant; the rest of an entry says how far, and why. */
const naming = ['issuer', 'jti', 'subject', 'client', 'product'] as const;

function remove(document: Document, list: ListName, entry: WrittenEntry): number {
  const entries = document.get(list);
  if (!isSeq(entries)) return 0;
  const isSame = (item: unknown) =>
    isMap(item) && naming.every((member) => item.get(member) === entry[member]);
  const others = entries.items.filter((item) => !isSame(item));
  const removed = entries.items.length - others.length;
  entries.items = others;
  return removed;
}

async function change<Result>(file: string, edit: (document: Document) => Result): Promise<Result> {
  // A link stays one: what it leads to is replaced.
  const place = await realpath(file).catch((cause: unknown) => unreadable(file, cause));
  const { mode } = await stat(place);
  const draft = `${place}.lock`;
  const handle = await open(draft, 'wx', mode).catch((cause: unknown) => {
    throw new RevocationsFault(
      `${draft} cannot be made (${String(cause)}). If it exists, somebody else is changing the revocations: try again, and if nobody is, remove it.`,
      { cause },
    );
  });
  try {
    const before = await textOf(place);
    readEntries(before);
    const document = parseDocument(before);
    const result = edit(document);
    const after = isJson(before)
      ? `${JSON.stringify(document.toJS(), undefined, 2)}\n`
      : document.toString({ lineWidth: 0 });
    readEntries(after);
    await handle.writeFile(after);
    // Also where the mask of this process would take something away.
    await handle.chmod(mode);
    await handle.sync();
    await rename(draft, place);
    return result;
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

function isJson(text: string): boolean {
  return text.trimStart().startsWith('{');
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => unreadable(file, cause));
}

function unreadable(file: string, cause: unknown): never {
  throw new RevocationsFault(
    `${file} cannot be read (${String(cause)}). Name the file that the gateways watch (revocations in their configuration) with --file; the first one is made by hand, with the line \`tokens: []\`.`,
    { cause },
  );
}
