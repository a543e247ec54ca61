// The cost over k: of jobs that can be compared, or of a model that came with its curve.

import { lineChart } from './chart.js';
import { h, setText } from './dom.js';
import { cost, none, share } from './format.js';

export function curveCard() {
  const summary = h('p', { class: 'quiet' });
  const chart = lineChart({
    label: 'Cost over k',
    x: { name: 'k', format: String, short: String, full: value => `k = ${value}` },
    y: { name: 'msd', format: cost, short: cost, full: value => `msd ${cost(value)}` },
    fromZero: true,
    marks: true,
    wholeX: true,
    columns: [
      { name: 'change', of: point => point.change === null ? none : share(point.change) },
      { name: 'job', of: point => point.job ? h('a', { href: `#/jobs/${point.job}` }, point.job) : none },
    ],
  });
  const element = h('section', { class: 'card', 'aria-labelledby': 'curve', hidden: true }, h('h2', { id: 'curve' }, 'Cost over k'), summary, chart.element);

  function draw(points, k) {
    // One point a k, the best; a line needs two.
    const best = points.filter((point, i) => i === 0 || point.k !== points[i - 1].k);
    element.hidden = best.length < 2;
    chart.show(best.map((point, i) => ({ x: point.k, y: point.msd, job: point.job, mark: point.k === k, change: i ? point.msd / best[i - 1].msd - 1 : null })));
  }

  return {
    element,

    /** view: the service's answer; k: of the job that is shown. */
    showJobs(view, k) {
      setText(summary, view.parent ? `The finished jobs of the tuning job ${view.parent}.` : 'The finished jobs of the same input, the best of each k.');
      draw(view.points, k);
    },

    /** curve: a model's curve.json, whose k is the choice where there is one. */
    showModel(curve) {
      setText(summary, curve.k ? `From one pass over the rows; the curve bends at k = ${curve.k}${curve.sureness ? ` (${curve.sureness})` : ''}.` : 'From one pass over the rows.');
      draw(curve.points, curve.k);
    },
  };
}
