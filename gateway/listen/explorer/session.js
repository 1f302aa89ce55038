// The session of this browser. Its id is in a cookie that no script can read; what it stands for is asked of the gateway, and kept in memory alone.

/** Whether somebody is signed in is sometimes not known for a moment: then it is asked again so many times. */
const mostRepeats = 5;
const notNow = 'The gateway cannot say at this moment whether you are signed in. Try again in a few seconds.';

/** The header is what no page of another site can send. */
async function ask(path, repeats = 0) {
  const response = await fetch(path, { method: 'POST', headers: { 'portcullis-explorer': '1' } });
  if (response.status === 503) {
    if (repeats === mostRepeats) throw new Error(notNow);
    const seconds = Number(response.headers.get('retry-after')) || 2;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    return ask(path, repeats + 1);
  }
  if (!response.ok) throw new Error(`${path} answers with status ${response.status}`);
  return response.status === 204 ? undefined : response.json();
}

export const hasEnded = 'Your session has ended. Sign in again to go on.';

export class Session {
  /** Undefined: nobody is signed in. */
  #held;
  #ended;

  /** @param ended is called when the session is over that there was */
  constructor(ended) {
    this.#ended = ended;
  }

  /** Undefined: nobody is signed in. */
  get name() {
    return this.#held?.name;
  }

  async load() {
    const answer = await ask('/explorer/session');
    if (answer === undefined) return this.forget();
    const { access_token: token, expires_in: seconds, name } = answer;
    this.#held = { token, until: Date.now() + (seconds - 10) * 1000, name };
  }

  forget() {
    this.#held = undefined;
  }

  /** Looks again whether there is one. */
  async renew() {
    if (this.#held === undefined) return;
    await this.load();
    if (this.#held === undefined) this.#ended();
  }

  /** Undefined: nobody asks. */
  async token() {
    if (this.#held !== undefined && Date.now() >= this.#held.until) {
      await this.renew();
      if (this.#held === undefined) throw new Error(hasEnded);
    }
    return this.#held?.token;
  }

  /** Answers with where to sign out at the provider too, if there is such a place. */
  async end() {
    const { endSession } = await ask('/explorer/logout');
    this.forget();
    return endSession;
  }
}
