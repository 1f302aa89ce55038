/** Names of entities: `Role::"analyst"`. */

import { cedarString } from './cedar-text.ts';
import { isRecord } from './is-record.ts';

export interface EntityName {
  readonly type: string;
  readonly id: string;
}

/** As Cedar has it. */
export function printEntity({ type, id }: EntityName): string {
  return `${type}::${cedarString(id)}`;
}

/** Of a head or a value of Cedar's JSON: with or without the wrapper that it may put around the name. */
export function entityOf(value: unknown): EntityName | undefined {
  if (!isRecord(value)) return undefined;
  const name = isRecord(value['__entity']) ? value['__entity'] : value;
  const { type, id } = name;
  return typeof type === 'string' && typeof id === 'string' ? { type, id } : undefined;
}
