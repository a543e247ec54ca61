// The sizes of a model's clusters, the largest first.

import { h, s, setText } from './dom.js';
import { compact, count, share } from './format.js';

const mostNamed = 24;
const height = 150;

export function clustersCard() {
  const summary = h('p', { class: 'quiet' });
  const content = h('div');
  const element = h('section', { class: 'card', 'aria-labelledby': 'clusters', hidden: true }, h('h2', { id: 'clusters' }, 'Cluster sizes'), summary, content);
  return {
    element,

    /** sizes: the weights of the clusters by index. */
    show(sizes) {
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const sorted = sizes.map((size, index) => ({ index, size, part: total > 0 ? size / total : 0 })).sort((a, b) => b.size - a.size || a.index - b.index);
      const largest = sorted[0];
      const smallest = sorted[sorted.length - 1];
      setText(summary, `${count(sizes.length)} clusters, from ${count(smallest.size)} to ${count(largest.size)} rows.`);
      content.replaceChildren(sorted.length <= mostNamed ? named(sorted) : columns(sorted));
      element.hidden = false;
    },
  };
}

// Few: a table whose bars are a column.
function named(sorted) {
  return h('table', { class: 'sizes' },
    h('caption', { class: 'hidden' }, 'Clusters by size'),
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Cluster'), h('th', { scope: 'col', class: 'number' }, 'Rows'), h('th', { scope: 'col', class: 'number' }, 'Share'), h('td'))),
    h('tbody', {}, sorted.map(cluster => h('tr', {},
      h('th', { scope: 'row' }, String(cluster.index)),
      h('td', { class: 'number' }, count(cluster.size)),
      h('td', { class: 'number' }, share(cluster.part)),
      h('td', { class: 'bar' }, bar(cluster.size / sorted[0].size))))));
}

function bar(part) {
  return s('svg', { height: 12, 'aria-hidden': 'true' }, s('rect', { width: `${Math.max(0.4, part * 100)}%`, height: 12, rx: 2 }));
}

// Many: columns, and the table behind them.
function columns(sorted) {
  const width = 1000;
  const step = width / sorted.length;
  const top = sorted[0].size || 1;
  const rows = sorted.slice(0, 500);
  return h('div', {},
    h('p', { class: 'reading', 'aria-hidden': 'true' }, `largest ${compact(top)} rows, each column a cluster`),
    s('svg', { class: 'columns', role: 'img', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', height, 'aria-label': `Sizes of ${sorted.length} clusters, the largest first; the table has the figures.` },
      ...sorted.map((cluster, i) => s('rect', {
        x: (i * step).toFixed(2), width: (step * (step > 3 ? 0.8 : 1)).toFixed(2), y: (height - height * cluster.size / top).toFixed(1), height: (height * cluster.size / top).toFixed(1),
      }))),
    h('details', { class: 'data' }, h('summary', {}, 'Figures'),
      h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Cluster sizes: figures' },
        h('table', {}, h('caption', { class: 'hidden' }, 'Clusters by size'),
          h('thead', {}, h('tr', {}, ['Cluster', 'Rows', 'Share'].map(name => h('th', { scope: 'col' }, name)))),
          h('tbody', {}, rows.map(cluster => h('tr', {}, h('td', {}, String(cluster.index)), h('td', {}, count(cluster.size)), h('td', {}, share(cluster.part)))))),
        sorted.length > rows.length ? h('p', { class: 'quiet' }, `and ${count(sorted.length - rows.length)} smaller ones`) : null)));
}
