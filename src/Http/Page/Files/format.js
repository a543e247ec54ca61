// Numbers and times as people read them.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const figure = new Intl.NumberFormat('en', { maximumSignificantDigits: 5 });
const percent = new Intl.NumberFormat('en', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

export const none = '–';

export const count = value => value === null || value === undefined ? none : whole.format(value);

/** 1.23M: for axes and rates. */
export const compact = value => value === null || value === undefined ? none : short.format(value);

/** Five digits, and powers of ten where there would be many zeros. */
export function cost(value) {
  if (value === null || value === undefined || !Number.isFinite(Number(value))) {
    return none;
  }

  const size = Math.abs(value);
  return size !== 0 && (size < 1e-4 || size >= 1e9) ? Number(value).toExponential(3) : figure.format(value);
}

export const wholeShare = value => `${Math.floor(value * 100)}%`;

export const share = value => percent.format(value);

export const time = text => text ? moment.format(new Date(text)) : none;

/** 0.4 s, 12 s, 3 min 05 s, 2 h 04 min. */
export function duration(milliseconds) {
  if (milliseconds === null || milliseconds === undefined || Number.isNaN(milliseconds)) {
    return none;
  }

  const seconds = Math.max(0, milliseconds / 1000);
  if (seconds < 60) {
    return `${seconds < 10 ? seconds.toFixed(1) : Math.floor(seconds)} s`;
  }

  const pad = value => String(Math.floor(value)).padStart(2, '0');
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s` : `${Math.floor(seconds / 3600)} h ${pad(seconds / 60 % 60)} min`;
}
