// A line over numbers, as SVG that is drawn anew when its data or its width changes, and the same numbers as a table for those who do not see it.

import { h, s, setText } from './dom.js';
import { extent, linear, ticks } from './scale.js';

const height = 190;
const margin = { top: 10, right: 14, bottom: 26, left: 56 };
const mostLines = 200;

/**
 * Makes a chart.
 * label: what it shows; x, y: { name, format, short, full } of the axes, where full writes a value with its unit; fromZero: whether y begins there, which a filled area needs; marks: whether points are drawn; columns: more columns of the table, each of a point.
 * Points are { x, y, mark }, in order of x; a marked one stands out.
 */
export function lineChart({ label, x, y, fromZero = false, marks = false, wholeX = false, columns = [] }) {
  const svg = s('svg', { class: 'chart', role: 'img', height });
  const reading = h('p', { class: 'reading', 'aria-hidden': 'true' });
  const empty = h('p', { class: 'quiet chart-empty' }, 'No figures yet.');
  const body = h('tbody');
  const table = h('details', { class: 'data' },
    h('summary', {}, 'Figures'),
    h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `${label}: figures` },
      h('table', {}, h('caption', { class: 'hidden' }, label),
        h('thead', {}, h('tr', {}, [x.name, y.name, ...columns.map(column => column.name)].map(name => h('th', { scope: 'col' }, name)))), body)));
  const element = h('div', { class: 'chart-box' }, svg, reading, empty, table);
  let points = [];
  let places = [];
  let width = 0;

  function draw() {
    const hasSome = points.length > 0;
    empty.hidden = hasSome;
    svg.style.display = hasSome ? 'block' : 'none';
    reading.hidden = table.hidden = !hasSome;
    if (!hasSome || width === 0) {
      return;
    }

    const last = points[points.length - 1];
    svg.setAttribute('aria-label', `${label}: ${points.length} points, from ${y.full(points[0].y)} to ${y.full(last.y)}.`);
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    const [left, right] = points.length > 1 ? [points[0].x, last.x] : [points[0].x - 1, points[0].x + 1];
    const [low, high] = extent(points.map(point => point.y), fromZero);
    const toX = linear(left, right, margin.left, width - margin.right);
    const toY = linear(low, high, height - margin.bottom, margin.top);
    places = points.map(point => ({ x: toX(point.x), y: toY(point.y) }));
    const path = places.map((place, i) => `${i ? 'L' : 'M'}${place.x.toFixed(1)} ${place.y.toFixed(1)}`).join('');
    const base = height - margin.bottom;
    const across = ticks(left, right, Math.max(2, width / 110)).filter(value => !wholeX || Number.isInteger(value));
    svg.replaceChildren(
      ...ticks(low, high, 4).filter(value => value >= low).map(value => s('g', { class: 'tick' },
        s('line', { x1: margin.left, x2: width - margin.right, y1: toY(value), y2: toY(value) }),
        s('text', { x: margin.left - 8, y: toY(value) + 4, 'text-anchor': 'end' }, y.short(value)))),
      ...across.map(value => s('text', { class: 'along', x: toX(value), y: height - 8, 'text-anchor': 'middle' }, x.short(value))),
      fromZero && points.length > 1 ? s('path', { class: 'area', d: `${path}L${places[places.length - 1].x.toFixed(1)} ${base}L${places[0].x.toFixed(1)} ${base}Z` }) : s('g'),
      s('path', { class: 'line', d: path }),
      ...places.flatMap((place, i) => marks || points.length === 1 || points[i].mark ? [s('circle', { class: points[i].mark ? 'dot marked' : 'dot', cx: place.x, cy: place.y, r: points[i].mark ? 5 : 3 })] : []),
      s('line', { class: 'cursor', x1: 0, x2: 0, y1: margin.top, y2: base, visibility: 'hidden' }));
    read(points.length - 1);
    if (table.open) {
      list();
    }
  }

  function read(i) {
    setText(reading, `${x.full(points[i].x)}: ${y.full(points[i].y)}`);
  }

  function list() {
    const step = Math.ceil(points.length / mostLines);
    body.replaceChildren(...points.filter((_, i) => i % step === 0 || i === points.length - 1).map(point =>
      h('tr', {}, h('td', {}, x.format(point.x)), h('td', {}, y.format(point.y)), columns.map(column => h('td', {}, column.of(point))))));
  }

  table.addEventListener('toggle', () => table.open && list());
  svg.addEventListener('pointermove', event => {
    const at = event.clientX - svg.getBoundingClientRect().left;
    const nearest = places.reduce((best, place, i) => Math.abs(place.x - at) < Math.abs(places[best].x - at) ? i : best, 0);
    const cursor = svg.querySelector('.cursor');
    cursor.setAttribute('transform', `translate(${places[nearest].x} 0)`);
    cursor.setAttribute('visibility', 'visible');
    read(nearest);
  });
  svg.addEventListener('pointerleave', () => {
    svg.querySelector('.cursor')?.setAttribute('visibility', 'hidden');
    read(points.length - 1);
  });
  new ResizeObserver(([entry]) => {
    if (Math.round(entry.contentRect.width) !== width) {
      width = Math.round(entry.contentRect.width);
      draw();
    }
  }).observe(element);

  return {
    element,
    show(next) {
      points = next;
      draw();
    },
  };
}
