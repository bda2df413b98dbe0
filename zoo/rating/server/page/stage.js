// Shows the pictures of a trial: large pixels for small pictures, and for so long as they may be
// seen.

const LARGEST = 512; // CSS pixels
const LARGEST_FACTOR = 16;
const CROSS = 500; // ms
const AGAIN = 1000; // ms

export class Stage {
  #root;
  #onTrouble;
  #loaded = new Map();
  #side = 1;
  #slots = [];

  /** onTrouble(true) when a picture does not come, onTrouble(false) when it does after all. */
  constructor(root, onTrouble) {
    this.#root = root;
    this.#onTrouble = onTrouble;
    addEventListener("resize", () => this.#layOut());
  }

  /** Fetches pictures that will be shown later. */
  preload(names) {
    for (const name of names) {
      if (!this.#loaded.has(name)) this.#loaded.set(name, load(name, this.#onTrouble));
    }
  }

  /** Waits until pictures can be shown at once; earlier ones are forgotten. */
  async prepare(names, side) {
    this.preload(names);
    this.#side = side;
    const images = await Promise.all(names.map((name) => this.#loaded.get(name)));
    for (const name of [...this.#loaded.keys()]) if (names.includes(name)) this.#loaded.delete(name);
    this.#slots = images.map((image) => {
      const slot = document.createElement("div");
      slot.className = "slot";
      image.alt = "";
      image.draggable = false;
      image.hidden = true;
      slot.append(image);
      return slot;
    });
    this.#root.replaceChildren(...this.#slots);
    this.#layOut();
  }

  /** Shows a cross where a picture will be, and waits. */
  async cross() {
    this.#root.dataset.cover = "cross";
    await new Promise((resolve) => setTimeout(resolve, CROSS));
  }

  /** Shows the pictures; gives the time of their first frame. */
  async show() {
    await frame();
    delete this.#root.dataset.cover;
    for (const slot of this.#slots) slot.firstChild.hidden = false;
    return frame();
  }

  /** Covers them with noise once they were seen for so long, or the page was left; gives for how
   * long they were. */
  async cover(since, limit) {
    const slots = this.#slots;
    let now = since;
    let left = false;
    const leaving = () => (left = true);
    document.addEventListener("visibilitychange", leaving);
    while (!left && now - since < limit - 6) now = await Promise.race([frame(), hidden()]);
    document.removeEventListener("visibilitychange", leaving);
    const seen = performance.now() - since;
    if (slots === this.#slots) {
      for (const slot of slots) slot.replaceChildren(noise(this.#side));
      this.#root.dataset.cover = "noise";
    }
    return seen;
  }

  clear() {
    this.#slots = [];
    this.#root.replaceChildren();
    delete this.#root.dataset.cover;
  }

  #layOut() {
    if (!this.#slots.length) return;
    const ratio = devicePixelRatio || 1;
    const gap = 16 * (this.#slots.length - 1);
    const wide = (this.#root.clientWidth - gap) / this.#slots.length;
    const room = Math.max(48, Math.min(LARGEST, wide, innerHeight - this.#below()));
    // A whole number of the screen's own pixels for each of the picture's.
    const factor = Math.min(Math.floor((room * ratio) / this.#side), LARGEST_FACTOR);
    const shown = factor >= 1 ? (factor * this.#side) / ratio : room;
    for (const slot of this.#slots) {
      slot.style.width = slot.style.height = `${shown}px`;
      slot.classList.toggle("large", factor > 1);
    }
  }

  /** What the page needs beside the pictures, in height. */
  #below() {
    const others = document.querySelectorAll("header, footer, h1, #choices, #trouble");
    return [...others].reduce((sum, one) => sum + one.offsetHeight, 72);
  }
}

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** A page that is not seen draws no frames. */
function hidden() {
  return new Promise((resolve) => {
    document.addEventListener("visibilitychange", () => resolve(performance.now()), { once: true });
  });
}

/** A picture, ready to be drawn; asked for until it comes. */
async function load(name, onTrouble) {
  for (let failed = false; ; failed = true) {
    const image = new Image();
    image.src = `picture/${name}`;
    try {
      await image.decode();
      if (failed) onTrouble(false);
      return image;
    } catch {
      onTrouble(true);
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }
}

/** Noise of many sizes in all colours, so that nothing of a picture stays in the eye. */
function noise(side) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  for (let size = Math.max(1, Math.round(side / 4)); size >= 1; size = Math.floor(size / 2)) {
    context.globalAlpha = size * 8 > side ? 1 : 0.35;
    for (let y = 0; y < side; y += size) {
      for (let x = 0; x < side; x += size) {
        const [r, g, b] = crypto.getRandomValues(new Uint8Array(3));
        context.fillStyle = `rgb(${r} ${g} ${b})`;
        context.fillRect(x, y, size, size);
      }
    }
  }
  return canvas;
}
