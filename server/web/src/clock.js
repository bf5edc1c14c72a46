// The clock of the daemon, as this page knows it: from questions whose round trip
// is measured. An answer was made at some moment between its question and its
// arrival; the middle is wrong by half of that at most.
const drift = 200e-6; // of the browser's clock, generously
const grain = 1; // ms: how coarse browsers make their clock

export class Clock {
  #offset = null; // ms: the daemon's − the browser's, which never jumps
  #half = Infinity; // ms, when it was measured
  #at = 0;

  // offer takes a measurement, in ms. One that contradicts the old one wins: the
  // daemon's clock was set, or this machine slept.
  offer(asked, answered, daemon) {
    const offset = daemon - (asked + answered) / 2;
    const half = (answered - asked) / 2 + grain;
    const apart = this.#offset === null ? Infinity : Math.abs(offset - this.#offset);
    if (apart > half + this.bound() || half <= this.bound()) {
      [this.#offset, this.#half, this.#at] = [offset, half, answered];
    }
  }

  // doubts tells whether what the daemon said just now can hardly be: news are never
  // from the future, and seldom from long ago. It sees a leap second, too.
  doubts(daemon) {
    if (this.#offset === null) return true;
    const late = this.now() - daemon;
    return late < -this.bound() || late > 700 + this.bound();
  }

  get known() {
    return this.#offset !== null;
  }

  now() {
    return performance.now() + this.#offset;
  }

  // bound is how far now() can be from what the daemon's clock shows, in ms.
  bound() {
    return this.#half + (performance.now() - this.#at) * drift;
  }
}
