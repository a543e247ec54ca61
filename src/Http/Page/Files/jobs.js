// The list of jobs, looked at anew every two seconds while it can be seen.

import { h, setText } from './dom.js';
import { cost, count, duration, none, time, wholeShare } from './format.js';
import { ask } from './service.js';
import { classOf, doing, elapsed, iconOf, partOf, stateOf } from './states.js';

const pause = 2000;
const columns = [['Job'], ['State'], ['Progress'], ['k', 'number'], ['Cost (msd)', 'number'], ['Rows', 'number wide-only'], ['Time', 'number'], ['Submitted', 'wide-only']];

/** Makes the view. context: { signal, failed(error), worked() }; parent: the tuning job whose jobs are shown, or null. */
export function jobsView({ signal, failed, worked }, parent) {
  const body = h('tbody');
  const table = h('table', { class: 'jobs' }, h('caption', { class: 'hidden' }, 'Jobs, the latest first'),
    h('thead', {}, h('tr', {}, columns.map(([name, kind]) => h('th', { scope: 'col', class: kind ?? null }, name)))), body);
  const scroll = h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Jobs' }, table);
  const empty = h('div', { class: 'empty', hidden: true });
  const status = h('select', { id: 'status', change: restart }, [['', 'All'], ['InProgress', 'Running or waiting'], ['Completed', 'Finished'], ['Failed', 'Failed'], ['Stopped', 'Stopped']].map(([value, text]) => h('option', { value }, text)));
  const name = h('input', { id: 'name', type: 'search', autocomplete: 'off', spellcheck: 'false', input: restart });
  const newer = h('button', { type: 'button', click: () => turn(marks.slice(0, -1)) }, 'Newer');
  const older = h('button', { type: 'button', click: () => turn([...marks, next]) }, 'Older');
  const pages = h('nav', { class: 'pages', 'aria-label': 'Pages', hidden: true }, newer, older);
  const rows = new Map();
  let marks = [];
  let next = null;
  let timer = 0;
  let asked = 0;

  function restart() {
    turn([]);
  }

  function turn(to) {
    marks = to;
    look();
  }

  async function look() {
    clearTimeout(timer);
    const number = ++asked;
    if (!document.hidden) {
      try {
        const page = await ask('v1/jobs', { figures: 'true', count: 50, after: marks[marks.length - 1], status: status.value, nameContains: name.value.trim(), parent }, signal);
        if (number !== asked) {
          return;
        }

        worked();
        show(page);
      } catch (error) {
        if (signal.aborted || number !== asked || failed(error)) {
          return;
        }
      }
    }

    timer = setTimeout(look, pause);
  }

  function show(page) {
    next = page.next ?? null;
    newer.disabled = marks.length === 0;
    older.disabled = next === null;
    pages.hidden = marks.length === 0 && next === null;
    scroll.hidden = page.jobs.length === 0;
    empty.hidden = page.jobs.length > 0;
    if (page.jobs.length === 0) {
      showEmpty(status.value || name.value || parent || marks.length);
    }

    const known = new Set(page.jobs.map(job => job.id));
    for (const [id, row] of rows) {
      if (!known.has(id)) {
        row.element.remove();
        rows.delete(id);
      }
    }

    // Rows stay the same elements, so that the focus stays where it is.
    page.jobs.forEach((job, i) => {
      const row = rows.get(job.id) ?? makeRow(job);
      rows.set(job.id, row);
      row.show(job);
      if (body.children[i] !== row.element) {
        body.insertBefore(row.element, body.children[i] ?? null);
      }
    });
  }

  function showEmpty(isFiltered) {
    const kind = isFiltered ? 'filtered' : 'none';
    if (empty.dataset.kind !== kind) {
      empty.dataset.kind = kind;
      empty.replaceChildren(...isFiltered
        ? [h('p', {}, 'No job is like that.')]
        : [h('h2', {}, 'No jobs yet'), h('p', {}, 'Submit one, and it appears here:'),
          h('pre', { tabindex: '0' }, h('code', {}, `kmeans submit --url ${location.origin} --input /data/rows.parquet --k 10 --job first`))]);
    }
  }

  const stop = new AbortController();
  document.addEventListener('visibilitychange', () => !document.hidden && look(), { signal: stop.signal });
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    stop.abort();
  });
  look();
  return h('div', {},
    parent ? h('p', { class: 'back' }, h('a', { href: '#/' }, 'All jobs')) : null,
    h('div', { class: 'heading' },
      h('h1', { tabindex: '-1' }, parent ? `Jobs of ${parent}` : 'Jobs'),
      h('div', { class: 'filters' }, h('label', { for: 'name' }, 'Name'), name, h('label', { for: 'status' }, 'State'), status)),
    scroll, empty, pages);
}

function makeRow(job) {
  const state = h('span');
  const detail = h('span', { class: 'quiet detail' });
  const progress = h('progress', { max: 1, 'aria-label': `Progress of ${job.id}` });
  const percent = h('span', { class: 'quiet', 'aria-hidden': 'true' });
  const cells = Object.fromEntries(['k', 'msd', 'rows', 'time', 'submitted'].map(key => [key, h('td', { class: 'number' })]));
  cells.rows.className = 'number wide-only';
  cells.submitted.className = 'wide-only';
  const element = h('tr', {},
    h('th', { scope: 'row' }, h('a', { href: `#/jobs/${job.id}` }, job.id), job.parent ? h('a', { class: 'parent', href: `#/tuning/${job.parent}` }, job.parent) : null),
    h('td', {}, state, detail), h('td', { class: 'part' }, progress, percent), ...Object.values(cells));
  return {
    element,
    show(now) {
      state.className = classOf(now);
      setText(state, `${iconOf(now)} ${stateOf(now)}`);
      setText(detail, doing(now));
      const part = partOf(now);
      progress.hidden = part === null || now.state !== 'Running';
      progress.value = part ?? 0;
      setText(percent, progress.hidden ? '' : wholeShare(part));
      setText(cells.k, now.report ? count(now.report.k) : now.hyperparameters?.k ?? none);
      setText(cells.msd, cost(now.report?.msd ?? now.progress?.msd));
      setText(cells.rows, count(now.report?.rows ?? now.progress?.totalRows));
      setText(cells.time, duration(elapsed(now)));
      setText(cells.submitted, time(now.submitted));
    },
  };
}
