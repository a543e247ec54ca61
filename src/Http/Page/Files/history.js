// How a job went: its samples, and what can be told from them.

const mostSamples = 600;

/** Collects the samples of a job's events. */
export class History {
  samples = [];

  /** Forgets all: a new connection tells from the beginning. */
  clear() {
    this.samples = [];
  }

  add(samples) {
    this.samples.push(...samples ?? []);
    if (this.samples.length > mostSamples) {
      this.samples = this.samples.filter((_, i) => i % 2 === 0);
    }
  }

  get last() {
    return this.samples[this.samples.length - 1];
  }

  /** Rows a second of the passes, each over a stretch that is long enough to tell: { x: seconds since the first sample, y }. */
  rates() {
    const pass = this.pass();
    const stretch = pass.length > 1 ? Math.max(700, (pass[pass.length - 1].time - pass[0].time) / 30) : 0;
    const points = [];
    let from = 0;
    for (let i = 1; i < pass.length; i++) {
      while (from + 1 < i && pass[i].time - pass[from + 1].time >= stretch) {
        from++;
      }

      const elapsed = pass[i].time - pass[from].time;
      if (elapsed >= Math.min(stretch, 200) && pass[i].rows >= pass[from].rows) {
        points.push({ x: this.secondsOf(pass[i]), y: (pass[i].rows - pass[from].rows) * 1000 / elapsed });
      }
    }

    return points;
  }

  /** The cost over time: { x: seconds since the first sample, y }. */
  costs() {
    return this.pass().filter(sample => Number.isFinite(sample.msd)).map(sample => ({ x: this.secondsOf(sample), y: sample.msd }));
  }

  /** Milliseconds until the passes are done, as far as can be told. */
  remaining() {
    const rate = this.rates().pop();
    return rate && rate.y > 0 && this.last.phase === 'Pass' ? (this.last.totalRows - this.last.rows) * 1000 / rate.y : null;
  }

  pass() {
    return this.samples.filter(sample => sample.phase === 'Pass');
  }

  secondsOf(sample) {
    return (sample.time - this.samples[0].time) / 1000;
  }
}
