/* One click on an action: its key, what was sent, and what has come back so far. */
(() => {
  'use strict';

  const { shareai } = window;
  const { text } = shareai.dom;
  const { fields, wire } = shareai;

  /** Longer answers are refused by the server; their beginning is enough to look at. */
  const MOST_SHOWN = 100_000;

  class Run {
    constructor(field, slug, routeName, options) {
      const action = shareai.config.actions[slug];
      const route = action.routes.find((candidate) => candidate.route === routeName);
      Object.assign(this, { slug, options, route: route.route, cost: route.text, label: action.label });
      this.isStreamed = action.streamed;
      this.isAdding = action.adds;
      this.isCompared = !action.apart;
      this.isRich = field.entry.kind === 'richtext';
      this.address = fields.address(field);
      this.capture = field.capture();
      this.text = '';
      this.key = wire.newKey();
      // One for the whole run: what Stop aborts is what is running.
      this.abort = new AbortController();
    }

    /** The object and the field in it. A new page gets its id while it is being written. */
    get target() {
      return { ...shareai.config.target, ...this.address };
    }

    /** What takes time before anything can be sent. */
    async prepare() {
      await this.capture.prepare?.();
    }

    /** The request, for the wire. */
    get call() {
      const { config, form } = shareai;
      const title = form.elements?.namedItem('title')?.value || '';
      return {
        url: config.urls.run.replace('__slug__', this.slug),
        key: this.key,
        signal: this.abort.signal,
        onDelta: (piece) => this.receive(piece),
        body: {
          target: this.target,
          route: this.route,
          options: this.options,
          input: this.capture.input,
          context: { title },
        },
      };
    }

    receive(piece) {
      if (!this.isStreamed || this.text.length > MOST_SHOWN) return;
      this.text += piece;
      this.onText?.();
    }

    /** What came before the end, if there is anything to see in it. */
    get partial() {
      if (!this.text.trim()) return null;
      if (this.isRich) return { kind: 'html', text: this.text };
      const value = { kind: 'text', text: this.text.trim() };
      return this.isAdding ? { kind: 'addition', addition: value } : value;
    }

    get hasOptions() {
      return Object.keys(this.options).length > 0;
    }

    get working() {
      return text('working', { action: this.label });
    }
  }

  shareai.Run = Run;
})();
