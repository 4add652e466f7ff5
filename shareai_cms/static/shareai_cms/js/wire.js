/* The conversation with the server: one POST per click, its events, and what became of a click whose
 * answer was lost on the way. */
(() => {
  'use strict';

  const { shareai } = window;
  const { text } = shareai.dom;
  const { csrf } = shareai.host;

  /** Seconds between the questions after a lost answer; the last ones cover a whole time budget. */
  const DELAYS = [0.5, 1, 1, 2, 2, 3, 5, 5, 8, 10, 10, 15, 15, 20, 20, 20];
  /** After Stop only as long as the server needs to notice. */
  const DELAYS_AFTER_STOP = [0.3, 0.5, 1, 1, 2, 3, 4];
  const MOST_FAILURES = 5;

  class WireError extends Error {
    /** `error` has the server's form: code, sentence, remedy, and perhaps detail. */
    constructor(error) {
      super(error.code);
      this.error = error;
    }
  }

  /** A failure that only the browser can know of. */
  function localError(code) {
    return new WireError({ code, sentence: text(code), remedy: text(`${code}_remedy`) });
  }

  /** A key for one click. `randomUUID` exists only on secure pages. */
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  const wait = (seconds, signal) =>
    new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason);
      if (signal?.aborted) stop();
      signal?.addEventListener('abort', stop, { once: true });
      window.setTimeout(resolve, seconds * 1000);
    });

  const contentType = (response) => response.headers.get('Content-Type') || '';

  /** Whether the answer is the login page, or Django's page about a missing cookie. */
  function isSignedOut(response) {
    const isPage = contentType(response).includes('text/html');
    const isLogin = response.redirected && response.ok;
    return isPage && (isLogin || [401, 403].includes(response.status));
  }

  async function json(response) {
    if (isSignedOut(response)) throw localError('signed_out');
    if (!contentType(response).includes('json')) return null;
    try {
      return await response.json();
    } catch {
      return null;
    }
  }

  /** Yields `[event, data]` of a `text/event-stream` body. */
  async function* events(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let buffer = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      buffer += value;
      const records = buffer.split(/\r?\n\r?\n/);
      buffer = records.pop();
      for (const record of records) {
        const fields = { event: 'message', data: '' };
        for (const line of record.split(/\r?\n/)) {
          const [, name, content] = /^(\w*): ?(.*)$/.exec(line) || [];
          if (name === 'event') fields.event = content;
          if (name === 'data') fields.data += content;
        }
        if (fields.data) yield [fields.event, JSON.parse(fields.data)];
      }
    }
  }

  /** Reads the stream to its end and returns its result; `null` when it ended without one. */
  async function readStream(call, response) {
    let outcome = null;
    try {
      for await (const [event, data] of events(response.body)) {
        if (event === 'delta') call.onDelta?.(data.text);
        if (event === 'usage') shareai.setAllowance(data);
        if (event === 'result') outcome = data;
        // After the result nothing is lost any more: it was counted, and it is here.
        if (event === 'error' && !outcome) throw new WireError(data.error);
      }
    } catch (error) {
      if (error instanceof WireError || call.signal.aborted) throw error;
      // Cut off; what became of it is asked for below.
    }
    return outcome;
  }

  async function readWhole(response) {
    const data = await json(response);
    if (data?.usage) shareai.setAllowance(data.usage);
    if (data?.error && data.error.code !== 'in_progress') throw new WireError(data.error);
    return response.ok && data?.result ? data : null;
  }

  const read = (call, response) =>
    contentType(response).includes('event-stream')
      ? readStream(call, response)
      : readWhole(response);

  /** One question about the click: a state, `null` for "no answer", `{state: "unknown"}` for "never arrived". */
  async function status(call, signal) {
    const target = new URLSearchParams(
      Object.entries(call.body.target).filter(([name]) => ['type', 'id', 'parent'].includes(name)),
    );
    const url = shareai.config.urls.status.replace('__key__', call.key);
    try {
      const response = await fetch(`${url}?${target}`, {
        signal,
        headers: { Accept: 'application/json' },
      });
      const data = await json(response);
      // Whatever the body: Django's LocaleMiddleware sends a 404 on to an address with a language.
      if (response.status === 404) return { state: 'unknown' };
      return data?.state ? data : null;
    } catch (error) {
      if (error instanceof WireError || signal?.aborted) throw error;
      return null;
    }
  }

  /** Asks what became of a click until that is settled, so that a paid result is never lost. */
  async function recover(call, { delays = DELAYS, signal = call.signal } = {}) {
    let failures = 0;
    let unknown = 0;
    for (const delay of delays) {
      await wait(delay, signal);
      const data = await status(call, signal);
      failures = data ? 0 : failures + 1;
      // Twice, for the request itself may still be on its way.
      unknown += data?.state === 'unknown' ? 1 : 0;
      if (data?.usage) shareai.setAllowance(data.usage);
      if (data?.state === 'settled') return data;
      if (data?.error) throw new WireError(data.error);
      if (unknown > 1) throw localError('not_sent');
      if (failures >= MOST_FAILURES) break;
    }
    throw localError('outcome_unknown');
  }

  /** Runs an action. Returns its outcome, from whichever road it came; throws `WireError`, or the signal's reason. */
  async function perform(call) {
    let response;
    try {
      response = await fetch(call.url, {
        method: 'POST',
        signal: call.signal,
        body: JSON.stringify(call.body),
        headers: {
          ...csrf(),
          'Accept': 'text/event-stream, application/json',
          'Content-Type': 'application/json',
          'Idempotency-Key': call.key,
        },
      });
    } catch (error) {
      if (call.signal.aborted) throw error;
      return recover(call);
    }
    return (await read(call, response)) || recover(call);
  }

  /** After Stop: the outcome when it was counted, `null` when it was not, or when nobody can say. */
  async function afterStop(call) {
    try {
      return await recover(call, { delays: DELAYS_AFTER_STOP, signal: null });
    } catch (error) {
      const nobodyKnows = ['outcome_unknown', 'signed_out'].includes(error.error?.code);
      return nobodyKnows ? undefined : null;
    }
  }

  /** Tells the server what became of a suggestion. Returns why it did not take that, or nothing. */
  async function decide(suggestion, target, decision) {
    if (!suggestion) return null;
    try {
      const response = await fetch(shareai.config.urls.decide.replace('__id__', suggestion), {
        method: 'POST',
        // Survives the person leaving the page right after.
        keepalive: true,
        headers: { ...csrf(), 'Accept': 'application/json', 'Content-Type': 'application/json' },
        body: JSON.stringify({ target, decision }),
      });
      if (response.ok) document.dispatchEvent(new CustomEvent('shareai:decided'));
      const data = response.ok ? null : await json(response);
      return data?.error || null;
    } catch (error) {
      return error.error || null;
    }
  }

  /** Remembers the site that the person works for, where an object belongs to none. */
  function pick(site) {
    return fetch(shareai.config.urls.pick, {
      method: 'POST',
      headers: { ...csrf(), Accept: 'application/json' },
      body: new URLSearchParams({ site }),
    });
  }

  /** Says of a live site that is at another address now: it has moved, or this is a copy. */
  function answerAddress(site, answer) {
    return fetch(shareai.config.urls.address, {
      method: 'POST',
      headers: { ...csrf(), Accept: 'application/json' },
      body: new URLSearchParams({ site, answer }),
    });
  }

  /** Asks those who may buy, and returns the server's sentence about it. */
  async function askForMore() {
    const response = await fetch(shareai.config.ask_url, {
      method: 'POST',
      headers: { ...csrf(), Accept: 'application/json' },
      body: new URLSearchParams({ next: window.location.pathname }),
    });
    if (!contentType(response).includes('json')) {
      throw response.status < 500 ? localError('not_allowed') : localError('unexpected');
    }
    const data = await json(response);
    if (data?.error) throw new WireError(data.error);
    if (!data?.text) throw new Error(response.status);
    return data.text;
  }

  shareai.wire = { perform, recover, afterStop, decide, pick, answerAddress, askForMore, newKey, localError };
})();
