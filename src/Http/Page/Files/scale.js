// From values to places on a chart.

/** Round steps that divide a range into about so many parts. */
export function ticks(low, high, about) {
  const raw = (high - low) / Math.max(1, about);
  if (!(raw > 0) || !Number.isFinite(raw)) {
    return [low];
  }

  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 2.5, 5].find(each => each * power >= raw * 0.999) ?? 10);
  const values = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    values.push(Number((i * step).toPrecision(12)));
  }

  return values;
}

/** The range of values, with room above and, unless it begins at zero, below. */
export function extent(values, fromZero) {
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (fromZero || low === high) {
    low = Math.min(0, low);
    high = high > low ? high : low + 1;
  }

  const room = (high - low) * 0.08;
  return [fromZero ? low : low - room, high + room];
}

/** Maps [low, high] to [from, to]. */
export const linear = (low, high, from, to) => value => from + ((value - low) / (high - low || 1)) * (to - from);
