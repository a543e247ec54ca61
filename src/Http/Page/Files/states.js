// Where a job is, in words.

const states = {
  Running: ['running', '●'],
  Finished: ['finished', '✓'],
  Failed: ['failed', '✕'],
  Stopped: ['stopped', '■'],
  Waiting: ['waiting', '○'],
};

const phases = { Sampling: 'Drawing a random batch', Pass: 'Streaming the rows', Reducing: 'Reducing to k centers', Scoring: 'Computing the cost' };

/** Running jobs that nobody has begun wait. */
export const stateOf = job => job.state === 'Running' && ['Starting', 'Pending'].includes(job.detail) ? 'Waiting' : job.state;

export const classOf = job => `state ${states[stateOf(job)][0]}`;

export const iconOf = job => states[stateOf(job)][1];

/** What it is doing, for those that run. */
export function doing(job) {
  const state = stateOf(job);
  return state !== 'Running' ? (state === 'Waiting' ? 'Waits for its turn' : '') : (job.detail === 'Training' && job.progress && phases[job.progress.phase]) || job.detail;
}

/** The part of its rows that a job has done, 0 to 1; null where nothing tells. */
export function partOf(job) {
  if (job.state === 'Finished') {
    return 1;
  }

  const progress = job.progress;
  return job.state !== 'Running' || !progress ? null
    : progress.phase === 'Sampling' ? 0
      : progress.phase === 'Pass' ? (progress.totalRows > 0 ? Math.min(1, progress.rows / progress.totalRows) : 0) : 1;
}

/** Milliseconds since it began to run, or that it ran. */
export function elapsed(job) {
  const began = job.started ?? null;
  return began ? (job.ended ? new Date(job.ended) : Date.now()) - new Date(began) : null;
}
