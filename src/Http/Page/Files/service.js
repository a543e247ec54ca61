// Asks the service. What identifies the user stays in this module, in memory: a reload forgets it.

import { signer } from './signature.js';

let prove = null;

/** The service refused or did not answer. */
export class ServiceError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }

  /** Whether the service wants to know who asks. */
  get isRefusal() {
    return this.status === 401 || this.status === 403 || (this.status === 400 && this.code === 'UnrecognizedClientException');
  }
}

export const isSignedIn = () => prove !== null;

export function useToken(token) {
  prove = async () => ({ Authorization: `Bearer ${token}` });
}

export async function useKey(id, secret) {
  prove = await signer(id, secret);
}

export function signOut() {
  prove = null;
}

/** Asks for JSON. */
export async function ask(path, query, signal) {
  return (await request(path, query, signal)).json();
}

/** Follows a job: calls with each event, and returns when the service ends the stream. */
export async function follow(id, signal, told) {
  const response = await request(`v1/jobs/${id}/events`, {}, signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }

    const events = (rest + value).split('\n\n');
    rest = events.pop();
    for (const event of events) {
      const data = event.split('\n').filter(line => line.startsWith('data: ')).map(line => line.slice(6)).join('\n');
      if (data) {
        told(JSON.parse(data));
      }
    }
  }
}

async function request(path, query, signal) {
  // Below the address of the page, whatever a proxy put before it.
  const url = new URL(path, document.baseURI.split('#')[0]);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value) {
      url.searchParams.set(name, value);
    }
  }

  let response;
  try {
    response = await fetch(url, { headers: prove ? await prove(url) : {}, signal, cache: 'no-store' });
  } catch (error) {
    throw error.name === 'AbortError' ? error : new ServiceError('The service does not answer.', 0);
  }

  if (response.ok) {
    return response;
  }

  const problem = await response.json().catch(() => ({}));
  const failure = new ServiceError(problem.detail ?? problem.message ?? `The service answered ${response.status}.`, response.status);
  failure.code = problem.title;
  failure.isTransient = problem.transient === true;
  throw failure;
}
