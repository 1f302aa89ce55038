/** The graph as its caller may see it. */
import type { KnownRequest, SchemaText, Snapshot } from '../request.ts';
import { apiSchemaFor } from './api-schema-for.ts';

export function showSchema(
  { subject, circumstances }: Pick<KnownRequest, 'subject' | 'circumstances'>,
  { access, supergraph }: Snapshot,
): SchemaText | Promise<SchemaText> {
  const view = access.viewOf(subject, circumstances);
  if (view instanceof Promise) return view.then((made) => apiSchemaFor(supergraph, made));
  return apiSchemaFor(supergraph, view);
}
