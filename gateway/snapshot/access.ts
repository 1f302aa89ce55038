/** Views of one set of rules, each made once and kept as long as there is room, whoever asks for it. */
import type { Circumstances, Subject } from '@portcullis/policies/engine/subject';
import type { AccessView } from '@portcullis/policies/engine/view';
import { LRUCache } from 'lru-cache';
import type { Access } from '../request.ts';

/** What views are made of and with. */
export interface ViewMaker<Data> {
  /** Of the rules. */
  readonly version: string;
  /** The caller as far as rules can know of it; what follows is asked with that alone. */
  declared(subject: Subject): Subject;
  /** Equal for all who have the same rights, whatever the circumstances; made here, at once. */
  fingerprintOf(subject: Subject): string;
  /** All that rules say of such a caller, made wherever rules are evaluated. */
  build(subject: Subject): Promise<Data>;
  /** Which of the conditions on circumstances hold, as bits. */
  guards(circumstances: Circumstances): Promise<number>;
  resolve(data: Data, guards: number): AccessView;
  close(): Promise<void>;
}

/** A view takes some ten kilobytes. Far more kinds of callers than a company has at work at the same time. */
const mostViews = 1_000;

export function createAccess<Data extends object>(maker: ViewMaker<Data>, most = mostViews): Access {
  return new KeptViews(maker, most);
}

class KeptViews<Data extends object> implements Access {
  readonly version: string;
  readonly #maker: ViewMaker<Data>;
  /** A subject is one object as long as its caller's token is. */
  readonly #callers = new WeakMap<Subject, Caller>();
  readonly #guards: Kept<number>;
  readonly #data: Kept<Data>;
  readonly #views: LRUCache<string, AccessView>;

  constructor(maker: ViewMaker<Data>, most: number) {
    this.version = maker.version;
    this.#maker = maker;
    this.#guards = new Kept(most);
    this.#data = new Kept(most);
    this.#views = new LRUCache({ max: most });
  }

  viewOf(subject: Subject, circumstances: Circumstances): AccessView | Promise<AccessView> {
    const caller = this.#callerOf(subject);
    const guards = this.#guards.get(placeOf(circumstances));
    const view = guards === undefined ? undefined : this.#views.get(`${guards} ${caller.fingerprint}`);
    return view ?? this.#make(caller, circumstances);
  }

  close(): Promise<void> {
    return this.#maker.close();
  }

  async #make({ fingerprint, subject }: Caller, circumstances: Circumstances): Promise<AccessView> {
    const [data, guards] = await Promise.all([
      this.#data.of(fingerprint, () => this.#maker.build(subject)),
      this.#guards.of(placeOf(circumstances), () => this.#maker.guards(circumstances)),
    ]);
    const key = `${guards} ${fingerprint}`;
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    const view = this.#maker.resolve(data, guards);
    this.#views.set(key, view);
    return view;
  }

  #callerOf(given: Subject): Caller {
    const known = this.#callers.get(given);
    if (known !== undefined) return known;
    const subject = this.#maker.declared(given);
    const caller = { subject, fingerprint: this.#maker.fingerprintOf(subject) };
    this.#callers.set(given, caller);
    return caller;
  }
}

interface Caller {
  readonly subject: Subject;
  readonly fingerprint: string;
}

/** What takes a while to make, made once for all who wait for it. What could not be made is not kept. */
class Kept<Value extends object | number> {
  readonly #known: LRUCache<string, Value>;
  readonly #coming = new Map<string, Promise<Value>>();

  constructor(most: number) {
    this.#known = new LRUCache({ max: most });
  }

  get(key: string): Value | undefined {
    return this.#known.get(key);
  }

  of(key: string, make: () => Promise<Value>): Promise<Value> {
    const known = this.#known.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const coming = this.#coming.get(key) ?? this.#make(key, make);
    this.#coming.set(key, coming);
    return coming;
  }

  async #make(key: string, make: () => Promise<Value>): Promise<Value> {
    try {
      const value = await make();
      this.#known.set(key, value);
      return value;
    } finally {
      this.#coming.delete(key);
    }
  }
}

/** A zone's name comes last: nothing that it holds can look like the rest. */
function placeOf({ zone, hour, breakGlass }: Circumstances): string {
  return `${hour} ${breakGlass} ${zone}`;
}
