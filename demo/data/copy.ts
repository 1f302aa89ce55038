/** Rows as PostgreSQL's COPY reads them (text format, PostgreSQL manual, COPY § File Formats). */
import type { Cell, Table } from './table.ts';

/** Chunks of this size keep the memory small and the number of writes too. */
const chunkLength = 64 * 1024;

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(text: string): string {
  // Nearly no value needs it, and looking is faster than replacing nothing.
  return /[\\\t\n\r]/.test(text) ? replaced(text) : text;
}

function replaced(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character);
}

/** An array of text: every element quoted (PostgreSQL manual, Array Input and Output Syntax). */
function arrayText(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

function cellText(cell: Cell): string {
  if (cell === null) return '\\N';
  if (typeof cell === 'string') return escaped(cell);
  if (typeof cell === 'boolean') return cell ? 't' : 'f';
  if (typeof cell === 'number') return integerText(cell);
  return escaped(arrayText(cell));
}

/** Fractions are given as text: a float would not be what the generator meant. */
function integerText(value: number): string {
  if (!Number.isSafeInteger(value)) throw new Error(`the generator made ${value}, which is no exact integer`);
  return String(value);
}

/** The text of a table, made while it is read; nobody holds all of it. */
export function* copyChunks(table: Table): Generator<string> {
  let chunk = '';
  for (const row of table.rows()) {
    chunk += `${row.map(cellText).join('\t')}\n`;
    if (chunk.length >= chunkLength) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}

/** The statement that the chunks follow. Names come from this folder alone, never from outside. */
export function copyStatement(table: Table): string {
  return `copy ${table.name} (${table.columns.join(', ')}) from stdin`;
}
