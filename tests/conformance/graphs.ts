/** All graphs. A new one is added here. */
import { bareInterface } from './abstract/bare-interface.ts';
import { interfaceObject } from './abstract/interface-object.ts';
import { interfaces } from './abstract/interfaces.ts';
import { unions } from './abstract/unions.ts';
import { inaccessible, inaccessibleValue } from './directives/inaccessible.ts';
import { override, progressiveOverride } from './directives/override.ts';
import { faults } from './faults/faults.ts';
import { intersections } from './inputs/intersections.ts';
import { variables } from './inputs/variables.ts';
import { keys, nullableKeys } from './keys/keys.ts';
import type { ConformanceGraph } from './kit/graph.ts';
import { lists } from './lists/lists.ts';
import { names } from './names/names.ts';
import { propagation } from './nulls/propagation.ts';
import { conditions } from './operations/conditions.ts';
import { merging } from './operations/merging.ts';
import { mutations } from './operations/mutations.ts';
import { typename } from './operations/typename.ts';
import { provides } from './provides/provides.ts';
import { requiresArguments } from './requires/arguments.ts';
import { requiresFragments } from './requires/fragments.ts';
import { requires } from './requires/requires.ts';
import { federation1 } from './roots/federation1.ts';
import { nodes, sharedRoots } from './roots/shared-roots.ts';

export const graphs: readonly ConformanceGraph[] = [
  interfaces,
  unions,
  interfaceObject,
  bareInterface,
  keys,
  nullableKeys,
  requires,
  requiresArguments,
  requiresFragments,
  provides,
  override,
  progressiveOverride,
  inaccessible,
  inaccessibleValue,
  intersections,
  variables,
  sharedRoots,
  nodes,
  federation1,
  conditions,
  typename,
  merging,
  mutations,
  propagation,
  faults,
  names,
  lists,
];
