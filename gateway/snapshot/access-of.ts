/** Access by the rules of a bundle, wherever it is that Cedar is asked. */

import type { Bundle } from '@portcullis/policies/engine/bundle';
import type { Circumstances, Subject } from '@portcullis/policies/engine/subject';
import { fingerprintOf } from '@portcullis/policies/engine/views/fingerprint';
import { resolveView } from '@portcullis/policies/engine/views/resolve-view';
import type { ViewData } from '@portcullis/policies/engine/views/view-data';
import { declaredCircumstances, declaredSubject } from '@portcullis/policies/engine/vocabulary/declared';
import type { Access } from '../request.ts';
import { createAccess } from './access.ts';

/** Asks Cedar, which is nothing for where requests are answered. */
export interface CedarQuestions {
  build(subject: Subject): Promise<ViewData>;
  guards(circumstances: Circumstances): Promise<number>;
  close(): Promise<void>;
}

export function accessOf(bundle: Bundle, questions: CedarQuestions): Access {
  const { vocabulary } = bundle;
  return createAccess<ViewData>({
    version: bundle.version,
    declared: (subject) => declaredSubject(vocabulary, subject),
    fingerprintOf: (subject) => fingerprintOf(bundle, subject),
    build: (subject) => questions.build(subject),
    guards: (circumstances) => questions.guards(declaredCircumstances(vocabulary, circumstances)),
    resolve: (data, guards) => resolveView(bundle, data, guards),
    close: () => questions.close(),
  });
}
