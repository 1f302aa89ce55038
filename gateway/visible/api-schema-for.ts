/** What of a graph each view shows, made when somebody asks for it and kept for those who see the same. */
import { createHash } from 'node:crypto';
import type { AccessView } from '@portcullis/policies/engine/view';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { type GraphQLSchema, printSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { visibleSchema } from './visible-schema.ts';

/** A schema of two thousand fields takes a few megabytes. */
const mostSchemas = 32;

/** Views differ in masks and rows more often than in what they show. */
const mostViews = 2_000;

export interface ApiSchema {
  readonly schema: GraphQLSchema;
  /** As SDL. */
  readonly text: string;
  /** Equal for equal texts. */
  readonly hash: string;
}

interface Kept {
  readonly schemas: LRUCache<string, ApiSchema>;
  /** Hashes by view key. */
  readonly hashes: LRUCache<string, string>;
}

const bySupergraph = new WeakMap<Supergraph, Kept>();

export function apiSchemaFor(supergraph: Supergraph, view: AccessView): ApiSchema {
  const kept = keptFor(supergraph);
  const known = kept.schemas.get(kept.hashes.get(view.key) ?? '');
  if (known !== undefined) return known;
  const schema = visibleSchema(supergraph.api, view) ?? supergraph.api;
  const text = printSchema(schema);
  const hash = createHash('sha256').update(text).digest('base64url');
  const same = kept.schemas.get(hash) ?? Object.freeze({ schema, text, hash });
  kept.schemas.set(hash, same);
  kept.hashes.set(view.key, hash);
  return same;
}

function keptFor(supergraph: Supergraph): Kept {
  const known = bySupergraph.get(supergraph);
  if (known !== undefined) return known;
  const kept = {
    schemas: new LRUCache<string, ApiSchema>({ max: mostSchemas }),
    hashes: new LRUCache<string, string>({ max: mostViews }),
  };
  bySupergraph.set(supergraph, kept);
  return kept;
}
