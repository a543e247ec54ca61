(() => {
  'use strict';
  const data = JSON.parse(document.getElementById('data').textContent);
  const canvas = document.getElementById('canvas');
  const tip = document.getElementById('tip');
  const keys = [...document.querySelectorAll('.key')];
  const picked = new Set();
  const margin = 12;
  let view = data.neighbours.length ? 'neighbours' : 'components';
  let colours = [];
  let frame = 0;

  // Where a point of the grid is on the canvas: one scale for both axes, in the middle.
  const place = () => {
    const { clientWidth: width, clientHeight: height } = canvas;
    const scale = (Math.min(width, height) - 2 * margin) / data.grid;
    const points = data[view];
    const stretch = Math.min(1.6, (width - 2 * margin) / (data.grid * scale));
    const left = (width - data.grid * scale * stretch) / 2;
    const bottom = height - (height - data.grid * scale) / 2;
    return { x: i => left + points[2 * i] * scale * stretch, y: i => bottom - points[2 * i + 1] * scale };
  };

  const draw = () => {
    frame = 0;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(canvas.clientWidth * ratio);
    canvas.height = Math.round(canvas.clientHeight * ratio);
    const pen = canvas.getContext('2d');
    pen.scale(ratio, ratio);
    const at = place();
    const radius = data.labels.length > 4000 ? 1.7 : 2.6;
    const dot = i => {
      pen.fillStyle = colours[data.labels[i]];
      pen.beginPath();
      pen.arc(at.x(i), at.y(i), radius, 0, 2 * Math.PI);
      pen.fill();
    };
    const isPicked = i => picked.has(data.labels[i]);
    pen.globalAlpha = picked.size ? 0.1 : 0.75;
    data.labels.forEach((_, i) => isPicked(i) || dot(i));
    pen.globalAlpha = 0.9;
    data.labels.forEach((_, i) => isPicked(i) && dot(i));
  };

  const redraw = () => {
    frame ||= requestAnimationFrame(draw);
  };

  const readColours = () => {
    colours = keys.map(key => getComputedStyle(key).getPropertyValue('--c').trim());
    redraw();
  };

  const pick = cluster => {
    if (!picked.delete(cluster)) picked.add(cluster);
    keys.forEach((key, j) => key.setAttribute('aria-pressed', picked.has(j)));
    document.querySelectorAll('.card').forEach((card, j) => card.classList.toggle('on', picked.has(j)));
    redraw();
  };

  const nearest = event => {
    const at = place();
    let [best, least] = [-1, 12 * 12];
    data.labels.forEach((label, i) => {
      const distance = (at.x(i) - event.offsetX) ** 2 + (at.y(i) - event.offsetY) ** 2;
      if (distance < least) [best, least] = [i, distance];
    });
    return best;
  };

  canvas.addEventListener('pointermove', event => {
    const i = nearest(event);
    tip.hidden = i < 0;
    if (i < 0) return;
    tip.textContent = `cluster ${data.labels[i]}`;
    tip.style.left = `${Math.min(event.offsetX + 14, canvas.clientWidth - 90)}px`;
    tip.style.top = `${Math.max(0, event.offsetY - 14)}px`;
  });
  canvas.addEventListener('pointerleave', () => { tip.hidden = true; });
  canvas.addEventListener('click', event => {
    const i = nearest(event);
    if (i >= 0) pick(data.labels[i]);
  });
  keys.forEach((key, j) => key.addEventListener('click', () => pick(j)));
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape') [...picked].forEach(pick);
  });
  document.querySelectorAll('input[name=view]').forEach(input => {
    input.disabled = data[input.value].length === 0;
    input.checked = input.value === view;
    input.addEventListener('change', () => {
      view = input.value;
      redraw();
    });
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', readColours);
  new ResizeObserver(redraw).observe(canvas);
  readColours();
})();
