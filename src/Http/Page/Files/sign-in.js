// Asks who the user is, where the service wants to know.

import { h } from './dom.js';
import { canSign } from './signature.js';
import { ask, signOut, useKey, useToken } from './service.js';

/** Makes the view; done() is called when the service takes what the user gave. */
export function signInView(refusal, done) {
  const byKey = canSign();
  const id = h('input', { id: 'key-id', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', required: true });
  const secret = h('input', { id: 'key-secret', type: 'password', autocomplete: 'off', required: true });
  const token = h('input', { id: 'token', type: 'password', autocomplete: 'off', required: true });
  const keyPart = h('div', {}, h('label', { for: 'key-id' }, 'Access key'), id, h('label', { for: 'key-secret' }, 'Secret'), secret);
  const tokenPart = h('div', {}, h('label', { for: 'token' }, 'Token'), token);
  const message = h('p', { class: 'error', role: 'alert' }, refusal ?? '');
  const submit = h('button', { type: 'submit' }, 'Sign in');
  const choices = [choice('key', 'Access key', byKey), choice('token', 'Token', !byKey)];

  function choice(value, text, checked) {
    return h('label', { class: 'choice' }, h('input', { type: 'radio', name: 'kind', value, checked, disabled: value === 'key' && !byKey, change: show }), text);
  }

  function isKey() {
    return choices[0].firstChild.checked;
  }

  function show() {
    keyPart.hidden = !isKey();
    tokenPart.hidden = isKey();
    id.disabled = secret.disabled = !isKey();
    token.disabled = isKey();
  }

  async function send(event) {
    event.preventDefault();
    submit.disabled = true;
    message.textContent = '';
    try {
      await (isKey() ? useKey(id.value.trim(), secret.value.trim()) : useToken(token.value.trim()));
      await ask('v1/jobs', { count: 1 });
      secret.value = token.value = '';
      done();
    } catch (error) {
      signOut();
      message.textContent = error.message;
      submit.disabled = false;
      (isKey() ? secret : token).focus();
    }
  }

  show();
  return h('form', { class: 'card sign-in', submit: send },
    h('h1', { tabindex: '-1' }, 'Sign in'),
    h('p', { class: 'quiet' }, 'This service answers those who have one of its access keys or its token. What you give stays in this tab until you reload or close it; a secret is not sent, requests are signed with it.'),
    h('fieldset', {}, h('legend', {}, 'With'), choices),
    byKey ? null : h('p', { class: 'quiet' }, 'A browser signs only on pages that come by https or from this machine.'),
    keyPart, tokenPart, message, submit);
}
