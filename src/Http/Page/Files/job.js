// One job: followed by its events to its end, and over lost connections.

import { clustersCard } from './clusters.js';
import { curveCard } from './curve.js';
import { lineChart } from './chart.js';
import { h, setText } from './dom.js';
import { factsCards } from './facts.js';
import { compact, cost, count, duration, none, share } from './format.js';
import { History } from './history.js';
import { partitionsCard } from './partitions.js';
import { ask, follow } from './service.js';
import { classOf, doing, elapsed, iconOf, partOf, stateOf } from './states.js';

const longestPause = 15000;

/** Makes the view. context: { signal, failed(error), worked() }. */
export function jobView({ signal, failed, worked }, id) {
  const history = new History();
  const state = h('span', { role: 'status' });
  const detail = h('span', { class: 'quiet' });
  const parent = h('p', { class: 'back' }, h('a', { href: '#/' }, 'All jobs'));
  const reason = h('p', { class: 'reason', hidden: true });
  const progress = h('progress', { max: 1, 'aria-label': 'Progress' });
  const tiles = Object.fromEntries([['rows', 'Rows'], ['rate', 'Rows a second'], ['msd', 'Cost (msd)'], ['time', 'Time'], ['left', 'Left']].map(([key, name]) => [key, tile(name)]));
  const seconds = { name: 'second', format: value => value.toFixed(1), short: value => `${value} s`, full: value => `${value.toFixed(1)} s` };
  const rates = lineChart({ label: 'Rows a second over time', x: seconds, y: { name: 'rows a second', format: count, short: compact, full: value => `${count(value)} rows a second` }, fromZero: true });
  const costs = lineChart({ label: 'Cost over time', x: seconds, y: { name: 'msd', format: cost, short: cost, full: value => `msd ${cost(value)}` } });
  const timeCards = [
    h('section', { class: 'card', 'aria-labelledby': 'rates' }, h('h2', { id: 'rates' }, 'Rows a second'), rates.element),
    h('section', { class: 'card', 'aria-labelledby': 'costs' }, h('h2', { id: 'costs' }, 'Cost over time'), costs.element),
  ];
  const partitions = partitionsCard();
  const curve = curveCard();
  const clusters = clustersCard();
  const facts = factsCards();
  let job = null;
  let pause = 0;

  function show(news) {
    job = { ...news, progress: news.progress ?? (news.state === 'Running' ? job?.progress : null) };
    state.className = classOf(job);
    setText(state, `${iconOf(job)} ${stateOf(job)}`);
    setText(detail, doing(job));
    if (job.parent && parent.children.length === 1) {
      parent.append(' / ', h('a', { href: `#/tuning/${job.parent}` }, job.parent));
    }

    reason.hidden = !job.message;
    setText(reason, job.message ?? '');
    const part = partOf(job);
    progress.hidden = part === null || job.state !== 'Running';
    progress.value = part ?? 0;
    rates.show(history.rates());
    costs.show(history.costs());
    timeCards.forEach(card => { card.hidden = job.state !== 'Running' && history.rates().length === 0 && history.costs().length === 0; });
    partitions.show(job.placement);
    facts.show(job);
    showTiles(part);
  }

  function showTiles(part) {
    const { report } = job;
    const sample = history.last;
    const rate = history.rates().pop();
    tiles.rows.show(report ? count(report.rows) : sample?.totalRows ? count(sample.rows) : none, report ? `${count(report.partitions)} partitions` : sample?.totalRows ? `of ${count(sample.totalRows)}${part === null ? '' : `, ${share(part)}`}` : '');
    tiles.rate.show(compact(report?.rowsPerSecond ?? rate?.y), report ? 'over the whole training' : '');
    tiles.msd.show(cost(report?.msd ?? history.costs().pop()?.y), report ? report.msdKind : sample?.msd ? 'to the running centers' : '');
    showTime();
  }

  function showTime() {
    if (job) {
      tiles.time.show(duration(elapsed(job)), job.ended ? '' : 'so far');
      tiles.left.element.hidden = job.state !== 'Running';
      tiles.left.show(duration(history.remaining()), '');
    }
  }

  /** What is there only at the end. */
  async function showEnd() {
    const view = await ask(`v1/jobs/${id}/curve`, {}, signal);
    curve.showJobs(view, job.report?.k);
    if (job.report) {
      const { files } = await ask(`v1/jobs/${id}/model`, {}, signal);
      clusters.show((await ask(`v1/jobs/${id}/model/model.json`, {}, signal)).clusterSizes);
      if (files.some(file => file.name === 'curve.json')) {
        curve.showModel(await ask(`v1/jobs/${id}/model/curve.json`, {}, signal));
      }
    }
  }

  async function watch() {
    while (!signal.aborted) {
      try {
        let isFirst = true;
        await follow(id, signal, news => {
          pause = 0;
          worked();
          if (isFirst) {
            history.clear();
            isFirst = false;
          }

          history.add(news.history);
          show(news);
        });
        if (job && job.state !== 'Running') {
          await showEnd();
          return;
        }
      } catch (error) {
        if (signal.aborted || failed(error)) {
          return;
        }
      }

      // The stream of a service that stops ends too: it may be back soon.
      pause = Math.min(longestPause, pause * 2 || 500);
      await new Promise(resume => setTimeout(resume, pause));
    }
  }

  const clock = setInterval(showTime, 500);
  signal.addEventListener('abort', () => clearInterval(clock));
  watch();
  return h('div', {}, parent,
    h('div', { class: 'heading' }, h('h1', { tabindex: '-1' }, id), h('p', { class: 'now' }, state, ' ', detail)),
    reason, progress,
    h('dl', { class: 'tiles' }, Object.values(tiles).map(each => each.element)),
    h('div', { class: 'cards' },
      ...timeCards, partitions.element, clusters.element, curve.element, ...facts.elements));
}

function tile(name) {
  const value = h('dd', { class: 'value' });
  const note = h('dd', { class: 'quiet' });
  return {
    element: h('div', { class: 'tile' }, h('dt', {}, name), value, note),
    show(text, remark) {
      setText(value, text);
      setText(note, remark);
    },
  };
}
