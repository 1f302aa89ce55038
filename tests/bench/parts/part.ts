/** What every part of a run is given. */
import type { Site } from '../contenders/site.ts';
import type { Setting } from '../measure/rounds.ts';

export interface Stage {
  readonly site: Site;
  readonly setting: Setting;
  /** Progress, for whoever waits. */
  readonly say: (line: string) => void;
}
