import { describe, expect, it } from '@jest/globals';
import { Kind, parse } from 'graphql';
import { createOperation, type Operation } from '../program.ts';
import { composed, graphs } from './fixture/graphs.ts';
import { drawLabels, labelsFor, possibleDraws, readOverrideLabels } from './override-labels.ts';
import { createPlanner } from './planner.ts';

const supergraph = composed(graphs.get('moved') ?? {});
const labels = readOverrideLabels(supergraph, { stats_v2: 50, unused: 100, constructor: 100 });

function operationOf(text: string): Operation {
  const [definition] = parse(text, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  return createOperation(definition);
}

describe('labels of `@override`', () => {
  it('say themselves for how many requests they are on, or the configuration does', () => {
    expect(labels.percents).toEqual(
      new Map([
        ['percent(20)', 20],
        ['stats_v2', 50],
      ]),
    );
    expect(readOverrideLabels(supergraph, {}).percents).toEqual(new Map([['percent(20)', 20]]));
  });

  it('are drawn together: whoever is among few is also among more', () => {
    const drawn = (random: number) => [...drawLabels(labels, () => random)];
    expect(drawn(0)).toEqual(['percent(20)', 'stats_v2']);
    expect(drawn(0.1999)).toEqual(['percent(20)', 'stats_v2']);
    expect(drawn(0.2)).toEqual(['stats_v2']);
    expect(drawn(0.5)).toEqual([]);
    expect(possibleDraws(labels).map((draw) => [...draw])).toEqual([drawn(0), drawn(0.2), drawn(0.5)]);
    expect(possibleDraws(readOverrideLabels(supergraph, { stats_v2: 100 })).map((draw) => [...draw])).toEqual(
      [['percent(20)', 'stats_v2'], ['stats_v2']],
    );
    expect(possibleDraws({ percents: new Map(), moved: new Map() })).toEqual([new Set()]);
  });

  it.each([
    ['{ users { id } }', []],
    ['{ users { address { city } } }', ['percent(20)']],
    ['{ a: top { b: visits ... on User { address { city } } } }', ['percent(20)', 'stats_v2']],
  ])('matter to %s as far as it touches what they move', (text, expected) => {
    expect(labelsFor(operationOf(text), labels, supergraph)).toEqual(expected);
  });
});

describe('a planner', () => {
  const planner = createPlanner(supergraph.sdl);
  const services = (labels: readonly string[]) =>
    JSON.stringify(planner.plan(operationOf('{ users { visits } }'), labels)).match(
      /(?<="serviceName":")\w+/g,
    );

  it('asks the subgraph that a field has moved to if its label is on, and the old one if not', () => {
    expect(services([])).toEqual(['old']);
    expect(services(['stats_v2'])).toEqual(['old', 'stats']);
  });
});
