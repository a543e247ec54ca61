// What is known of a job in words and numbers: its parameters, its result, its life.

import { h } from './dom.js';
import { compact, cost, count, duration, time } from './format.js';

export function factsCards() {
  const result = card('result', 'Result');
  const parameters = card('parameters', 'Parameters');
  const life = card('life', 'Life');
  let shown = '';
  return {
    elements: [result.element, parameters.element, life.element],
    show(job) {
      // Many events a second, of which few change these.
      const now = JSON.stringify([job.report, job.hyperparameters, job.transitions, job.metrics]);
      if (now === shown) {
        return;
      }

      shown = now;
      result.show(job.report ? resultOf(job) : []);
      parameters.show(Object.entries(job.hyperparameters ?? {}).sort(([a], [b]) => a < b ? -1 : 1).map(([name, value]) => [name, value]));
      life.show((job.transitions ?? []).map(each => [each.status, `${time(each.start)}${each.end && each.end > each.start ? `, ${duration(each.end - each.start)}` : ''}`]));
    },
  };
}

function card(id, title) {
  const list = h('dl', { class: 'facts' });
  const element = h('section', { class: 'card', 'aria-labelledby': id, hidden: true }, h('h2', { id }, title), list);
  return {
    element,
    show(pairs) {
      element.hidden = pairs.length === 0;
      list.replaceChildren(...pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
    },
  };
}

function resultOf({ report, metrics }) {
  const { seconds } = report;
  return [
    ['msd', `${cost(report.msd)} (${report.msdKind})`],
    ...report.msdKind === 'exact' ? [] : [['95 % interval', report.msdInterval.map(cost).join(' to ')]],
    ...(metrics ?? []).filter(metric => metric.name.startsWith('test:')).map(metric => [metric.name, cost(metric.value)]),
    ['Rows', `${count(report.rows)}${report.skippedRows ? `, ${count(report.skippedRows)} passed over` : ''}`],
    ['Columns', count(report.features)],
    ['Clusters', count(report.k)],
    ['Time', `${duration(seconds.total * 1000)}: reading ${duration(seconds.read * 1000)}, passes ${duration(seconds.train * 1000)}, reducing ${duration(seconds.reduce * 1000)}`],
    ['Machine', `${count(report.instances)} instances, ${count(report.threads)} threads, ${report.backend}, ${compact(report.gflops)} GFLOP/s`],
    ['Handed out again', `${count(report.retries)} partitions`],
    ['Fingerprint', h('code', {}, report.fingerprint)],
    ...report.notes.map((note, i) => [i ? '' : 'Notes', note]),
  ];
}
