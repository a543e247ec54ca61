// Shows the view that the address names, and what holds for all of them: the connection, the user, the focus.

import { h, setText } from './dom.js';
import { jobView } from './job.js';
import { jobsView } from './jobs.js';
import { isSignedIn, signOut } from './service.js';
import { signInView } from './sign-in.js';

const main = document.getElementById('main');
const link = document.getElementById('link');
const signOutButton = document.getElementById('sign-out');
let leave = new AbortController();

function open(isFirst) {
  leave.abort();
  leave = new AbortController();
  const { signal } = leave;
  const context = { signal, worked, failed: error => failed(error, signal) };
  const [, job] = /^#\/jobs\/([A-Za-z0-9_-]+)$/.exec(location.hash) ?? [];
  const [, tuning] = /^#\/tuning\/([A-Za-z0-9_-]+)$/.exec(location.hash) ?? [];
  show(job ? jobView(context, job) : jobsView(context, tuning ?? null), job ?? tuning ?? 'Jobs', !isFirst);
}

function show(view, title, takesFocus) {
  document.title = `${title} - KMeans`;
  signOutButton.hidden = !isSignedIn();
  main.replaceChildren(view);
  scrollTo(0, 0);
  if (takesFocus) {
    view.querySelector('h1')?.focus({ preventScroll: true });
  }
}

function worked() {
  setText(link, '');
  link.className = 'link';
}

/** Takes note of a failure; says whether the view is to give up. */
function failed(error, signal) {
  if (error.isRefusal) {
    // Whoever gave nothing yet needs no reproach.
    const message = isSignedIn() || error.code === 'AccessDeniedException' ? error.message : null;
    leave.abort();
    signOut();
    show(signInView(message, () => open(false)), 'Sign in', true);
    worked();
    return true;
  }

  if (!error.isTransient && (error.status === 404 || error.status === 400)) {
    leave.abort();
    show(h('div', { class: 'empty' }, h('h1', { tabindex: '-1' }, 'Not found'), h('p', {}, error.message), h('p', {}, h('a', { href: '#/' }, 'All jobs'))), 'Not found', true);
    return true;
  }

  if (!(error.status >= 0)) {
    // An error of the page itself is for its console too.
    console.error(error);
  }

  setText(link, `${error.message} Trying again ...`);
  link.className = 'link lost';
  return signal.aborted;
}

signOutButton.addEventListener('click', () => {
  signOut();
  open(false);
});
document.querySelector('.skip').addEventListener('click', event => {
  // The address is the view's: the jump is made here.
  event.preventDefault();
  main.focus();
});
addEventListener('hashchange', () => open(false));
open(true);
