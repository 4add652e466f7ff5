/* "Answer this question" on the page of results. Whatever comes from the server is set as text, never as markup;
 * the only links are those to the sources, and only to addresses of the web. */
(() => {
  'use strict';

  /** Milliseconds before a lost answer is asked for once more, by the same key: what was counted is sent again. */
  const PAUSE = 1500;
  const MOST_SHOWN = 20000;

  /** Refusals that the same question would only meet again; see `views/search/answer_events.py`. */
  const FINAL = new Set(['unavailable', 'input_empty', 'input_too_long', 'invalid_request']);

  /** A key for one click. `randomUUID` exists only on secure pages. */
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  /** The address if it leads to a page, empty for one that would run something. */
  function pageAddress(url) {
    try {
      const { protocol, href } = new URL(url, window.location.href);
      return url && ['http:', 'https:'].includes(protocol) ? href : '';
    } catch {
      return '';
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
      const records = buffer.split('\n\n');
      buffer = records.pop();
      for (const record of records) {
        const [, name] = /^event: (.*)$/m.exec(record) || [];
        const [, data] = /^data: (.*)$/m.exec(record) || [];
        if (name && data) yield [name, JSON.parse(data)];
      }
    }
  }

  class Answer {
    constructor(section) {
      this.section = section;
      this.form = section.querySelector('form');
      this.body = section.querySelector('.shareai-answer__body');
      this.title = section.querySelector('.shareai-answer__title');
      this.text = section.querySelector('.shareai-answer__text');
      this.sources = section.querySelector('.shareai-answer__sources');
      this.list = this.sources.querySelector('ol');
      this.line = section.querySelector('template').content.firstElementChild;
      this.form.addEventListener('submit', (event) => {
        event.preventDefault();
        this.ask();
      });
      this.part('stop').addEventListener('click', () => this.abort?.abort());
      this.part('again').addEventListener('click', () => this.ask());
      section.hidden = false;
    }

    part(name) {
      return this.section.querySelector(`[data-part="${name}"]`);
    }

    show(name, isShown = true) {
      this.part(name).hidden = !isShown;
    }

    /** Empties the answer; what is known of it comes anew. */
    clear() {
      this.text.replaceChildren();
      this.list.replaceChildren();
      this.sources.hidden = true;
      this.known = new Map();
      for (const each of this.section.querySelectorAll('[data-part]')) each.hidden = true;
    }

    async ask() {
      this.clear();
      this.abort = new AbortController();
      this.isDone = false;
      this.isFinal = false;
      this.form.hidden = true;
      this.body.hidden = false;
      this.text.setAttribute('aria-busy', 'true');
      this.show('waiting');
      this.show('stop');
      this.part('stop').focus();
      const key = newKey();
      try {
        if (!(await this.read(key))) await this.readAgain(key);
      } catch {
        const { aborted } = this.abort.signal;
        this.show(aborted ? (this.known.size ? 'stopped' : 'halted') : 'lost');
      }
      this.end();
    }

    /** Sends the question; whether the answer came to an end of some kind. */
    async read(key) {
      const fields = Object.fromEntries(new FormData(this.form));
      const { csrfmiddlewaretoken: token, ...question } = fields;
      const response = await fetch(this.section.dataset.shareaiAnswer, {
        method: 'POST',
        signal: this.abort.signal,
        credentials: 'same-origin',
        body: JSON.stringify(question),
        headers: {
          'Accept': 'text/event-stream, application/json',
          'Content-Type': 'application/json',
          'Idempotency-Key': key,
          'X-CSRFToken': token,
        },
      });
      const type = response.headers.get('Content-Type') || '';
      if (type.includes('event-stream')) {
        for await (const [name, data] of events(response.body)) this.take(name, data);
      } else if (type.includes('json')) {
        const data = await response.json();
        this.take(data.error ? 'error' : 'result', data);
      } else {
        throw new Error(`HTTP ${response.status}`);
      }
      return this.isDone;
    }

    /** A stream that ended without an end: perhaps the answer is whole by now. */
    async readAgain(key) {
      await new Promise((resolve) => window.setTimeout(resolve, PAUSE));
      if (this.abort.signal.aborted || !(await this.read(key))) throw new Error('lost');
    }

    take(name, data) {
      if (name === 'delta') this.add(data);
      if (name === 'result') this.finish(data);
      if (name === 'error' && !this.isDone) this.fail(data.error);
    }

    add({ text, sources, begins_line: beginsLine, new_sources: newSources = [] }) {
      if (this.text.textContent.length > MOST_SHOWN) return;
      this.show('waiting', false);
      newSources.forEach((source) => this.addSource(source));
      const sentence = document.createElement('span');
      sentence.className = 'shareai-answer__sentence';
      sentence.textContent = text;
      const marks = sources.filter((number) => this.known.has(number)).map((number) => this.mark(number));
      sentence.append(...marks);
      this.text.append(...(this.text.childNodes.length ? [beginsLine ? '\n' : ' '] : []), sentence);
    }

    /** The number of a source after a sentence, which leads to the page itself. */
    mark(number) {
      const { title, url } = this.known.get(number);
      const link = document.createElement(url ? 'a' : 'span');
      link.className = 'shareai-answer__mark';
      link.textContent = number;
      if (url) link.href = url;
      link.title = title;
      link.setAttribute('aria-label', `${number}: ${title}`);
      return link;
    }

    addSource({ number, title, url }) {
      const address = pageAddress(url);
      this.known.set(number, { title, url: address });
      const line = this.line.cloneNode(true);
      const link = line.querySelector('a');
      link.textContent = title;
      if (address) link.href = address;
      this.list.append(line);
      this.sources.hidden = false;
    }

    /** The whole answer: it is what counts, whatever was shown on its way. */
    finish({ result, is_complete: isComplete }) {
      this.isDone = true;
      const hasAll = this.text.querySelectorAll('.shareai-answer__sentence').length === result.sentences.length;
      if (!hasAll) {
        this.clear();
        result.sources.forEach((source) => this.addSource(source));
        result.sentences.forEach((sentence) => this.add(sentence));
      }
      this.show('missing', !result.is_found);
      this.show('left-out', result.left_out > 0 && result.is_found);
      this.show('stopped', !isComplete);
      this.show('warning', result.is_found);
    }

    fail(error) {
      this.isDone = true;
      this.isFinal = FINAL.has(error.code);
      this.part('error').textContent = `${error.sentence} ${error.remedy}`;
      this.show('error');
      this.show('stopped', this.known.size > 0);
    }

    end() {
      const hadFocus = document.activeElement === this.part('stop');
      this.text.setAttribute('aria-busy', 'false');
      this.show('waiting', false);
      this.show('stop', false);
      this.show('again', !this.isFinal && this.part('warning').hidden && this.part('missing').hidden);
      if (hadFocus) this.title.focus();
    }
  }

  document.querySelectorAll('[data-shareai-answer]').forEach((section) => new Answer(section));
})();
