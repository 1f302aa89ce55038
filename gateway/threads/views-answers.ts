/** What a thread that asks Cedar answers: it is given the rules of a bundle, and builds the views of callers. */

import { readBundle } from '@portcullis/policies/engine/bundle';
import type { PolicyFile } from '@portcullis/policies/engine/folder';
import type { Circumstances, Subject } from '@portcullis/policies/engine/subject';
import { createViewBuilder, type ViewBuilder } from '@portcullis/policies/engine/views/build-views';
import { readSupergraph } from '@portcullis/schema/supergraph/read';
import type { Enforceable } from '@portcullis/schema/supergraph/supergraph';
import { InternalError } from '../errors.ts';

/** The rules first, which are answered by the bundle; then callers and circumstances. */
export type ViewsQuestion =
  | RulesGiven
  | { readonly subject: Subject }
  | { readonly circumstances: Circumstances };

export interface RulesGiven {
  readonly files: readonly PolicyFile[];
  readonly supergraphSdl: string;
  readonly enforces: ReadonlyMap<string, readonly Enforceable[]>;
}

export function createViewsAnswers(): (question: unknown) => unknown {
  let builder: ViewBuilder | undefined;
  return (given) => {
    const question = given as ViewsQuestion;
    if ('files' in question) {
      const supergraph = readSupergraph(question.supergraphSdl, new Map(), question.enforces);
      const bundle = readBundle(question.files, supergraph);
      builder = createViewBuilder(bundle);
      return bundle;
    }
    if (builder === undefined) throw new InternalError('views were asked for before there were rules');
    return 'subject' in question ? builder.build(question.subject) : builder.guards(question.circumstances);
  };
}
