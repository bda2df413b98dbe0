// Sends what the rater does, one thing at a time, until the server has it on its disk. What is on
// its way also lies in localStorage under the trial and the attempt, so that closing the page, or a
// server that is down, loses nothing; the server takes the same thing twice as once.

const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 3000;
const PATIENCE = 10000;

export class Gone extends Error {}

export class Sender {
  #prefix = `zoo-rate ${location.pathname} `;
  #kept = new Map();
  #onTrouble;

  /** onTrouble(true) when the server does not answer, onTrouble(false) when it does again. */
  constructor(onTrouble) {
    this.#onTrouble = onTrouble;
  }

  /** The rater's state, after everything that an earlier visit left unsent. */
  async begin() {
    for (const thing of this.#unsent()) await this.#deliver(thing);
    return this.state();
  }

  state() {
    return this.#persist(() => request("state"));
  }

  /** Sends {trial, attempt, …} to "answer" or "undo"; gives the state after it. */
  send(path, body) {
    const thing = { path, body };
    this.#keep(thing);
    return this.#deliver(thing);
  }

  async #deliver(thing) {
    const state = await this.#persist(() => request(thing.path, thing.body));
    this.#drop(thing);
    return state ?? this.state();
  }

  async #persist(attempt) {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
      try {
        const found = await attempt();
        this.#onTrouble(false);
        return found;
      } catch (error) {
        if (error instanceof Gone) throw error;
        this.#onTrouble(true);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  #name({ path, body }) {
    return `${this.#prefix}${body.trial} ${body.attempt} ${path}`;
  }

  #keep(thing) {
    this.#kept.set(this.#name(thing), thing);
    try {
      localStorage.setItem(this.#name(thing), JSON.stringify(thing));
    } catch {
      // Storage is closed to this page: the answer lives as long as the page does.
    }
  }

  #drop(thing) {
    this.#kept.delete(this.#name(thing));
    try {
      localStorage.removeItem(this.#name(thing));
    } catch {
      // As above.
    }
  }

  #unsent() {
    const things = [];
    try {
      for (const name of Object.keys(localStorage)) {
        if (name.startsWith(this.#prefix)) things.push(JSON.parse(localStorage.getItem(name)));
      }
    } catch {
      return [];
    }
    const order = (a, b) =>
      a.body.trial - b.body.trial || a.body.attempt - b.body.attempt || a.path.localeCompare(b.path);
    return things.sort(order);
  }
}

/** JSON from the server; null where it refuses what was sent, so that it need not be kept. */
async function request(path, body) {
  const options = { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) };
  if (body) {
    options.method = "POST";
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const response = await fetch(path, options);
  if (response.status === 404) throw new Gone();
  if (body && response.status >= 400 && response.status < 500) return null;
  if (!response.ok) throw new Error(response.statusText);
  return response.json();
}
