/* The part of Stimulus (https://stimulus.hotwired.dev/reference/) that our controllers use: targets,
 * actions with key filters and options, action parameters, `dispatch`, and the callbacks of the life cycle.
 * Wagtail brings Stimulus along; Django's admin does not, and the whole of it weighs three times as much
 * as everything else that a form loads. */
(() => {
  'use strict';

  const { shareai } = window;

  const ACTION = /^(?:([\w:-]+(?:\.\w+)?)(?:@(window|document))?->)?([\w-]+)#(\w+)((?::\w+)*)$/;
  const DEFAULT_EVENTS = { a: 'click', button: 'click', form: 'submit', select: 'change', details: 'toggle' };
  const KEYS = { enter: 'Enter', esc: 'Escape', space: ' ', tab: 'Tab', up: 'ArrowUp', down: 'ArrowDown' };
  const PARTS = '[data-controller], [data-action]';

  const classes = new Map();
  /** By element: its controllers by name, which it keeps while it is out of the document. */
  const controllers = new WeakMap();
  /** By element: the actions it is bound to, as text, and how to unbind them. */
  const bindings = new WeakMap();

  const tokens = (element, name) => (element.getAttribute(name) || '').split(/\s+/).filter(Boolean);
  const camel = (name) => name.replace(/-(\w)/g, (match, letter) => letter.toUpperCase());

  class Controller {
    constructor(element, identifier) {
      Object.assign(this, { element, identifier, isConnected: false });
    }

    initialize() {}

    connect() {}

    disconnect() {}

    dispatch(name, { target = this.element, detail = {}, bubbles = true, cancelable = true } = {}) {
      const event = new CustomEvent(`${this.identifier}:${name}`, { detail, bubbles, cancelable });
      target.dispatchEvent(event);
      return event;
    }
  }

  // Targets

  /** Elements of another controller of this name further inside are not ours. */
  function targets({ element, identifier }, name) {
    const found = element.querySelectorAll(`[data-${identifier}-target~="${name}"]`);
    const scope = `[data-controller~="${identifier}"]`;
    return Array.from(found).filter((target) => target.closest(scope) === element);
  }

  function defineTarget(prototype, name) {
    Object.defineProperty(prototype, `${name}Targets`, {
      get() {
        return targets(this, name);
      },
    });
    Object.defineProperty(prototype, `has${name[0].toUpperCase()}${name.slice(1)}Target`, {
      get() {
        return targets(this, name).length > 0;
      },
    });
    Object.defineProperty(prototype, `${name}Target`, {
      get() {
        const [target] = targets(this, name);
        if (!target) throw new Error(`Missing target element "${name}" for "${this.identifier}" controller`);
        return target;
      },
    });
  }

  // Actions

  function typed(value) {
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  }

  function params(element, identifier) {
    const pattern = new RegExp(`^data-${identifier}-(.+)-param$`);
    const found = {};
    for (const { name, value } of element.attributes) {
      const [, key] = pattern.exec(name) || [];
      if (key) found[camel(key)] = typed(value);
    }
    return found;
  }

  function isOtherKey(event, filter) {
    const isModified = event.metaKey || event.ctrlKey || event.altKey || event.shiftKey;
    return isModified || event.key !== (KEYS[filter] || filter);
  }

  function bindAction(element, descriptor) {
    const parts = ACTION.exec(descriptor);
    if (!parts) throw new Error(`"${descriptor}" is not an action`);
    const [, given = DEFAULT_EVENTS[element.localName] || 'input', at, identifier, method, flags] = parts;
    const [type, filter] = given.split('.');
    const options = flags.split(':');
    const listen = (event) => {
      const scope = element.closest(`[data-controller~="${identifier}"]`);
      const controller = scope && controllers.get(scope)?.get(identifier);
      if (!controller?.isConnected || (filter && isOtherKey(event, filter))) return;
      if (options.includes('self') && event.target !== element) return;
      if (options.includes('stop')) event.stopPropagation();
      if (options.includes('prevent')) event.preventDefault();
      controller[method](Object.assign(event, { params: params(element, identifier) }));
    };
    const source = at ? window[at] || window : element;
    source.addEventListener(type, listen);
    return () => source.removeEventListener(type, listen);
  }

  function unbind(element) {
    bindings.get(element)?.undo.forEach((undo) => undo());
    bindings.delete(element);
  }

  function bind(element) {
    const text = element.getAttribute('data-action') || '';
    if (bindings.get(element)?.text === text) return;
    unbind(element);
    if (text) bindings.set(element, { text, undo: tokens(element, 'data-action').map((each) => bindAction(element, each)) });
  }

  // Life cycle

  function connect(element, identifier) {
    const own = controllers.get(element) || new Map();
    controllers.set(element, own);
    if (!own.has(identifier)) {
      const controller = new (classes.get(identifier))(element, identifier);
      own.set(identifier, controller);
      controller.initialize();
    }
    const controller = own.get(identifier);
    if (controller.isConnected) return;
    controller.isConnected = true;
    controller.connect();
  }

  /** Takes away what the element's attributes no longer name; everything, once it has left. */
  function leave(element, kept = []) {
    for (const [identifier, controller] of controllers.get(element) || []) {
      if (!controller.isConnected || kept.includes(identifier)) continue;
      controller.isConnected = false;
      controller.disconnect();
    }
  }

  function enter(element) {
    const named = tokens(element, 'data-controller');
    leave(element, named);
    bind(element);
    for (const identifier of named.filter((name) => classes.has(name))) connect(element, identifier);
  }

  const tree = (node) =>
    node.nodeType === Node.ELEMENT_NODE ? [node, ...node.querySelectorAll(PARTS)].filter((each) => each.matches(PARTS)) : [];

  function follow(records) {
    for (const { type, target, addedNodes, removedNodes } of records) {
      if (type === 'attributes') enter(target);
      for (const element of Array.from(removedNodes).flatMap(tree)) {
        leave(element);
        if (!element.isConnected) unbind(element);
      }
      for (const element of Array.from(addedNodes).flatMap(tree)) if (element.isConnected) enter(element);
    }
  }

  new MutationObserver(follow).observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['data-controller', 'data-action'],
  });

  function register(identifier, controller) {
    for (const name of controller.targets || []) defineTarget(controller.prototype, name);
    classes.set(identifier, controller);
    for (const element of document.querySelectorAll(`[data-controller~="${identifier}"]`)) enter(element);
  }

  shareai.controllers = { Controller, register };
})();
