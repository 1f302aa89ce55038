/** Who can make an AuthorizedRequest: whoever imports the class as a value. Only `gateway/authorize` may. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ModuleItem, parse } from '@swc/core';
import { rooms } from './architecture.ts';

const guarded = 'AuthorizedRequest';
const allowed = /^gateway\/authorize\/|^gateway\/fixture\/|^gateway\/request\.ts$|\.test\.ts$/;

/** The files that could make one although they may not. dependency-cruiser cannot tell a type from a value. */
export async function unlawfulMakers(folder: string): Promise<readonly string[]> {
  const files = (await Promise.all(rooms.map((room) => sources(folder, room)))).flat();
  const suspects = await Promise.all(
    files
      .filter((file) => !allowed.test(file))
      .map(async (file) => ((await canMake(join(folder, file))) ? file : [])),
  );
  return suspects.flat();
}

async function canMake(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8');
  if (!text.includes('request.ts') && !text.includes('/request') && !text.includes(guarded)) return false;
  const module = await parse(text, { syntax: 'typescript', target: 'es2022' });
  return module.body.some(importsTheClass);
}

/** A namespace import of request.ts, a re-export of it or `import(…)` of it would be ways around a mere name check. */
function importsTheClass(item: ModuleItem): boolean {
  if (item.type === 'ExportAllDeclaration') return isRequest(item.source.value);
  if (item.type === 'ExportNamedDeclaration') return isRequest(item.source?.value ?? '');
  if (item.type !== 'ImportDeclaration' || item.typeOnly || !isRequest(item.source.value)) return false;
  return item.specifiers.some(
    (specifier) =>
      specifier.type !== 'ImportSpecifier' ||
      (!specifier.isTypeOnly && (specifier.imported ?? specifier.local).value === guarded),
  );
}

function isRequest(source: string): boolean {
  return /(^|\/)request(\.ts)?$/.test(source);
}

async function sources(folder: string, room: string): Promise<string[]> {
  const files = await readdir(join(folder, room), { recursive: true }).catch(() => []);
  return files
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .map((file) => join(room, file));
}
