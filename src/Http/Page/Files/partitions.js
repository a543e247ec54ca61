// The partitions of the pass on their way: which wait, which are out at which instance, which came back.

import { h, setText } from './dom.js';
import { count } from './format.js';

const hues = 8;
const columns = [['Threads', 'number wide-only'], ['Out', 'number'], ['Back', 'number'], ['Lost', 'number']];

export function partitionsCard() {
  const map = h('div', { class: 'map', role: 'img' });
  const summary = h('p', { class: 'quiet' });
  const body = h('tbody');
  const legend = h('p', { class: 'legend', 'aria-hidden': 'true' },
    h('i', { class: 'cell' }), 'waits', h('i', { class: 'cell out i0' }), 'out at an instance', h('i', { class: 'cell back i0' }), 'back');
  const element = h('section', { class: 'card', 'aria-labelledby': 'partitions', hidden: true },
    h('h2', { id: 'partitions' }, 'Partitions'), summary, map, legend,
    h('table', { class: 'instances' },
      h('caption', { class: 'hidden' }, 'Instances and their partitions'),
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Instance'), ...columns.map(([name, kind]) => h('th', { scope: 'col', class: kind }, name)))), body));

  return {
    element,
    show(placement) {
      element.hidden = !placement;
      if (!placement) {
        return;
      }

      const { cells, instances, partitions } = placement;
      const back = instances.reduce((sum, instance) => sum + instance.back, 0);
      const out = instances.reduce((sum, instance) => sum + instance.out, 0);
      const text = `Pass ${placement.epoch + 1}: ${count(back)} of ${count(partitions)} partitions are back`;
      setText(summary, `${text}.${partitions > cells.length ? ` A cell stands for up to ${Math.ceil(partitions / cells.length)}.` : ''}`);
      map.setAttribute('aria-label', `${text}, ${count(out)} are out at ${count(instances.filter(instance => instance.out > 0).length)} instances.`);
      while (map.children.length > cells.length) {
        map.lastChild.remove();
      }

      cells.forEach((cell, i) => {
        const name = cell === 0 ? 'cell' : `cell ${cell > 0 ? 'back' : 'out'} i${(Math.abs(cell) - 1) % hues}`;
        const place = map.children[i] ?? map.appendChild(h('i'));
        if (place.className !== name) {
          place.className = name;
        }
      });
      body.replaceChildren(...instances.map((instance, i) => h('tr', {},
        h('th', { scope: 'row', title: instance.name }, h('i', { class: `cell back i${i % hues}`, 'aria-hidden': 'true' }), instance.name),
        ...[instance.threads || null, instance.out, instance.back, instance.lost].map((value, column) => h('td', { class: columns[column][1] }, count(value))))));
    },
  };
}
