import { expect, it } from '@jest/globals';
import { MeasurementTally } from './measurements.ts';

it('adds up by field, kind of caller and outcome, tells once a minute, and begins anew', () => {
  const told: unknown[] = [];
  let now = 0;
  const tally = new MeasurementTally(
    (each) => told.push(each),
    () => now,
  );
  const differences = { refused: ['A.a'], masked: ['A.b'] };
  tally.count({ kind: 'human', differences });
  tally.count({ kind: 'human', differences: { refused: ['A.a'], masked: [] } });
  tally.count({ kind: 'bi', differences: undefined });
  expect(told).toEqual([]);
  now = 61_000;
  tally.count({ kind: 'bi', differences });
  const [a, b] = ['A.a', 'A.b'];
  expect(told).toEqual([
    {
      all: [
        { coordinate: a, kind: 'human', outcome: 'refused', requests: 2 },
        { coordinate: b, kind: 'human', outcome: 'masked', requests: 1 },
        { coordinate: a, kind: 'bi', outcome: 'refused', requests: 1 },
        { coordinate: b, kind: 'bi', outcome: 'masked', requests: 1 },
      ],
      requests: 4,
      failed: 1,
      others: 0,
      seconds: 61,
    },
  ]);
  now = 130_000;
  tally.count({ kind: 'bi', differences: { refused: [], masked: [] } });
  expect(told.slice(1)).toMatchObject([{ all: [], requests: 1, failed: 0 }]);
  tally.tell();
  expect(told).toHaveLength(2);
  tally.count({ kind: 'human', differences });
  now = 135_000;
  tally.tell();
  expect(told.slice(2)).toMatchObject([{ all: { length: 2 }, requests: 1, seconds: 5 }]);
});

it('keeps no more than its bound, and says how much it left out', () => {
  const told: unknown[] = [];
  let now = 0;
  const tally = new MeasurementTally(
    (each) => told.push(each),
    () => now,
  );
  const refused = Array.from({ length: 1_500 }, (_, at) => `A.f${at}`);
  now = 60_000;
  tally.count({ kind: 'human', differences: { refused, masked: [] } });
  expect(told).toMatchObject([{ all: { length: 1_000 }, others: 500 }]);
});
