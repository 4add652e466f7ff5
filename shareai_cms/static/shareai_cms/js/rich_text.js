/* Rich text that cannot act: model output and ContentState rebuilt from a short list of elements, with
 * text nodes and nothing else. No link leads anywhere, no attribute survives. */
(() => {
  'use strict';

  const { shareai } = window;
  const { el, text } = shareai.dom;
  const { words } = shareai.diff;

  const KEPT = new Set('p h2 h3 h4 h5 h6 ul ol li b strong i em br blockquote'.split(' '));
  const SKIPPED = new Set('script style template noscript iframe object svg math title'.split(' '));

  const TAGS = {
    'header-one': 'h2',
    'header-two': 'h2',
    'header-three': 'h3',
    'header-four': 'h4',
    'header-five': 'h5',
    'header-six': 'h6',
    'unordered-list-item': 'li',
    'ordered-list-item': 'li',
    'blockquote': 'blockquote',
    'code-block': 'pre',
  };
  const STYLES = { BOLD: 'strong', ITALIC: 'em', CODE: 'code', SUPERSCRIPT: 'sup', SUBSCRIPT: 'sub' };

  /** A heading inside our region must not join the page's outline. */
  const block = (tag) =>
    /^h\d$/.test(tag) ? el('p', { class: `shareai-text__${tag}` }) : el(tag);

  const BETWEEN_BLOCKS = new Set(['body', 'ul', 'ol']);

  function rebuild(source, target) {
    for (const node of source.childNodes) {
      const isSpace = BETWEEN_BLOCKS.has(source.localName) && !node.data?.trim();
      if (node.nodeType === Node.TEXT_NODE && !isSpace) target.append(node.data);
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      const tag = node.localName;
      if (SKIPPED.has(tag)) continue;
      let copy = target;
      if (KEPT.has(tag)) copy = block(tag);
      if (tag === 'a') copy = el('span', { class: 'shareai-text__link' });
      rebuild(node, copy);
      if (copy !== target) target.append(copy);
    }
    return target;
  }

  /** The model's HTML as it streams in, cut anywhere. A parsed document runs nothing; we only read it. */
  function inert(html) {
    const page = new DOMParser().parseFromString(html, 'text/html');
    return rebuild(page.body, document.createDocumentFragment());
  }

  /** Where every code point begins, in UTF-16 units, and the end: raw ranges count code points, strings units. */
  function codePoints(content) {
    const starts = [];
    let at = 0;
    for (const character of content) {
      starts.push(at);
      at += character.length;
    }
    return [...starts, at];
  }

  /** Per UTF-16 unit: the styles and the entity on it, as one string to compare. */
  function marks({ text: content, inlineStyleRanges, entityRanges }, entityMap) {
    const styles = Array.from({ length: content.length }, () => new Set());
    const entities = new Array(content.length).fill(null);
    const starts = codePoints(content);
    const unit = (point) => starts[Math.min(point, starts.length - 1)];
    const each = ({ offset, length }, visit) => {
      for (let at = unit(offset); at < unit(offset + length); at += 1) visit(at);
    };
    for (const range of inlineStyleRanges || []) {
      if (STYLES[range.style]) each(range, (at) => styles[at].add(range.style));
    }
    for (const range of entityRanges || []) {
      each(range, (at) => {
        entities[at] = entityMap[range.key];
      });
    }
    return styles.map((set, at) => {
      const entity = entities[at] && [entities[at].type, entities[at].data];
      return set.size || entity ? JSON.stringify([[...set].sort(), entity]) : '';
    });
  }

  /** A block's words as tokens `{text, mark, key}`, cut where a style or a link begins or ends. */
  function tokens(raw, entityMap) {
    const found = [];
    const mark = marks(raw, entityMap);
    let at = 0;
    for (const word of words(raw.text)) {
      let start = at;
      for (let end = at + 1; end <= at + word.length; end += 1) {
        if (end < at + word.length && mark[end] === mark[start]) continue;
        const piece = raw.text.slice(start, end);
        found.push({ text: piece, mark: mark[start], key: piece + mark[start] });
        start = end;
      }
      at += word.length;
    }
    return found;
  }

  /** What an atomic block holds, in a word: nothing is loaded for a preview. */
  function atomicLabel(raw, entityMap) {
    const entity = entityMap[raw.entityRanges?.[0]?.key];
    return { IMAGE: text('image'), EMBED: text('embed'), HORIZONTAL_RULE: '―' }[entity?.type] || text('embed');
  }

  /** ContentState as a list of `{type, depth, tokens, key}`. */
  function blocks({ blocks: list, entityMap }) {
    return list.map((raw) => {
      const isAtomic = raw.type === 'atomic';
      const label = isAtomic && `[${atomicLabel(raw, entityMap)}]`;
      const entity = isAtomic && entityMap[raw.entityRanges?.[0]?.key];
      const found = isAtomic
        ? [{ text: label, mark: '', key: JSON.stringify(entity?.data ?? label) }]
        : tokens(raw, entityMap);
      const key = JSON.stringify([raw.type, raw.depth || 0, found.map((token) => token.key)]);
      return { type: raw.type, depth: raw.depth || 0, tokens: found, key };
    });
  }

  /** One stretch of equal marks as an element, or as plain text. */
  function stretch(content, mark) {
    if (!mark) return document.createTextNode(content);
    const [styles, entity] = JSON.parse(mark);
    let node = document.createTextNode(content);
    for (const style of styles) node = el(STYLES[style], {}, node);
    if (!entity) return node;
    const address = String(entity[1]?.url || entity[1]?.id || '');
    return el('span', { class: 'shareai-text__link', title: address }, node);
  }

  function inline(list) {
    const nodes = [];
    let content = '';
    list.forEach((token, index) => {
      content += token.text;
      if (list[index + 1]?.mark === token.mark) return;
      nodes.push(stretch(content, token.mark));
      content = '';
    });
    return nodes;
  }

  /** Elements for `[{type, depth, nodes}]`; list items of one kind share a list. */
  function assemble(items) {
    const fragment = document.createDocumentFragment();
    let list = null;
    for (const { type, depth, nodes } of items) {
      const element = block(TAGS[type] || 'p');
      element.append(...nodes);
      if (element.localName === 'li') {
        const tag = type === 'ordered-list-item' ? 'ol' : 'ul';
        if (list?.localName !== tag) fragment.append((list = el(tag)));
        element.dataset.depth = depth;
        list.append(element);
      } else {
        list = null;
        fragment.append(element);
      }
    }
    return fragment;
  }

  /** ContentState as it would read in the field. */
  function render(raw) {
    return assemble(blocks(raw).map((item) => ({ ...item, nodes: inline(item.tokens) })));
  }

  /** The words alone, a block to a line. */
  const plain = (raw) => raw.blocks.map((item) => item.text).join('\n\n');

  shareai.richText = { inert, blocks, inline, assemble, render, plain };
})();
