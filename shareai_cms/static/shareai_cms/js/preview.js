/* A text as it is, and a text beside what it was. Values are `{kind: 'text', text}` and
 * `{kind: 'richtext', raw}`, as the server sends results, or `{kind: 'html', text}`: the beginning of
 * rich text that the server has not made safe, to be read and copied but never written. One of them may come as
 * `{kind: 'addition', addition}`: it stands after the text that is there. */
(() => {
  'use strict';

  const { shareai } = window;
  const { el } = shareai.dom;
  const { diff, words } = shareai.diff;
  const { blocks, inline, assemble, render, plain, inert } = shareai.richText;

  /** The value itself, wherever it is to stand. */
  const content = (value) => (value.kind === 'addition' ? value.addition : value);

  /** The words alone, for the clipboard. */
  function asText(given) {
    const value = content(given);
    if (value.kind === 'richtext') return plain(value.raw);
    return value.kind === 'html' ? inert(value.text).textContent : value.text;
  }

  const isEmpty = (given) => {
    const value = content(given);
    const hasObjects = value.kind === 'richtext' && value.raw.blocks.some(({ type }) => type === 'atomic');
    return !hasObjects && !asText(value).trim();
  };

  const mark = (tag, nodes) => (nodes.length ? el(tag, {}, nodes) : null);

  function changedText(before, after) {
    return diff(words(before), words(after)).flatMap(({ isSame, removed, added }) =>
      isSame
        ? [added.join('')]
        : [mark('del', removed.length ? [removed.join('')] : []), mark('ins', added.length ? [added.join('')] : [])],
    );
  }

  function changedInline(before, after) {
    return diff(before, after, (token) => token.key)
      .flatMap(({ isSame, removed, added }) =>
        isSame ? inline(added) : [mark('del', inline(removed)), mark('ins', inline(added))],
      )
      .filter(Boolean);
  }

  const unchanged = (block) => ({ ...block, nodes: inline(block.tokens) });

  const whole = (tag, block) => ({ ...block, nodes: [mark(tag, inline(block.tokens))].filter(Boolean) });

  /** Blocks that took each other's place: word by word when they are of one kind, else one after the other. */
  function paired(before, after) {
    if (!before) return [whole('ins', after)];
    if (!after) return [whole('del', before)];
    if (before.type !== after.type) return [whole('del', before), whole('ins', after)];
    return [{ ...after, nodes: changedInline(before.tokens, after.tokens) }];
  }

  function changedBlocks(before, after) {
    const items = diff(blocks(before), blocks(after), (block) => block.key).flatMap(
      ({ isSame, removed, added }) => {
        if (isSame) return added.map(unchanged);
        const length = Math.max(removed.length, added.length);
        return Array.from({ length }, (_, at) => paired(removed[at], added[at])).flat();
      },
    );
    return assemble(items);
  }

  /** The text that is there as it is, and after it what is added. */
  function extended(before, after) {
    if (before.kind !== 'richtext') return [before.text.trimEnd(), '\n\n', mark('ins', [after.text])];
    return [assemble([...blocks(before.raw).map(unchanged), ...blocks(after.raw).map((each) => whole('ins', each))])];
  }

  /** The result with what went and what came marked. */
  function changes(before, after) {
    if (after.kind === 'addition') return extended(before, after.addition);
    if (before.kind === 'richtext') return [changedBlocks(before.raw, after.raw)];
    return changedText(before.text, after.text).filter((node) => node !== null);
  }

  /** A value as nodes or text. */
  function show(given) {
    const value = content(given);
    if (value.kind === 'richtext') return render(value.raw);
    return value.kind === 'html' ? inert(value.text) : value.text;
  }

  shareai.preview = { changes, show, asText, isEmpty, content };
})();
