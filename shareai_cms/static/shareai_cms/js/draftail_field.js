/* A Draftail editor: its blocks are sent as ContentState and replaced in one step that can be undone. */
(() => {
  'use strict';

  const { shareai } = window;
  const { text } = shareai.dom;

  /** Blocks of the server's ContentState, under keys that no block of the editor has. */
  function freshBlocks(raw) {
    const { convertFromRaw, genKey } = window.DraftJS;
    return convertFromRaw(raw)
      .getBlocksAsArray()
      .map((block) => block.set('key', genKey()));
  }

  const isComment = (style) => style.startsWith('COMMENT-');

  /** A comment of Wagtail is anchored by a style of its own, which stays where its words were. */
  function withComments(block, before) {
    let characters = block.getCharacterList();
    before.getCharacterList().forEach((character, at) => {
      const place = Math.min(at, characters.size - 1);
      for (const style of character.getStyle().filter(isComment)) {
        const kept = characters.get(place);
        if (kept) characters = characters.set(place, window.DraftJS.CharacterMetadata.applyStyle(kept, style));
      }
    });
    return block.set('characterList', characters);
  }

  class DraftailField {
    constructor(input, entry) {
      this.input = input;
      this.entry = entry;
    }

    // The hidden input lags behind the editor, so the editor is asked.
    get state() {
      return this.input.draftailEditor.getEditorState();
    }

    get blocks() {
      return this.state.getCurrentContent().getBlocksAsArray();
    }

    /** The blocks that the selection touches; all of them when nothing is selected. */
    chosen() {
      const selection = this.state.getSelection();
      const { blocks } = this;
      const first = blocks.findIndex((block) => block.getKey() === selection.getStartKey());
      const last = blocks.findIndex((block) => block.getKey() === selection.getEndKey());
      const isWhole = selection.isCollapsed() || first < 0 || last < first;
      return { isWhole, blocks: isWhole ? blocks : blocks.slice(first, last + 1) };
    }

    capture() {
      const { ContentState, convertToRaw } = window.DraftJS;
      const { blocks } = this.chosen();
      const raw = convertToRaw(ContentState.createFromBlockArray(blocks));
      return { input: { raw }, original: { kind: 'richtext', raw }, blocks };
    }

    /** Characters to work on. */
    length() {
      const words = this.chosen().blocks.map((block) => block.getText());
      return words.join(' ').replace(/\s+/g, ' ').trim().length;
    }

    /** What an action would work on, in a sentence. */
    scope() {
      const { isWhole, blocks } = this.chosen();
      if (isWhole) return text('scope_whole');
      return blocks.length === 1 ? text('scope_block') : text('scope_blocks', { count: blocks.length });
    }

    /** Where the captured blocks stand now; -1 when one of them was changed, moved or deleted. */
    position(capture) {
      const { blocks } = this;
      const [head] = capture.blocks;
      const start = blocks.findIndex((block) => block.getKey() === head.getKey());
      const isSame = (block, at) => blocks[start + at]?.equals(block);
      return start >= 0 && capture.blocks.every(isSame) ? start : -1;
    }

    isUnchanged(capture) {
      return this.position(capture) >= 0;
    }

    objection() {
      return '';
    }

    replace(value, capture) {
      this.splice(this.position(capture), capture.blocks.length, value.raw);
    }

    append(value) {
      this.addAfter(this.blocks.length, value);
    }

    /** After the captured blocks, which stay as they are. */
    add(value, capture) {
      this.addAfter(this.position(capture) + capture.blocks.length, value);
    }

    /** An empty paragraph at the place is taken, not left behind. */
    addAfter(end, value) {
      const last = this.blocks[end - 1];
      const isBlank = last?.getType() === 'unstyled' && !last.getText();
      this.splice(isBlank ? end - 1 : end, isBlank ? 1 : 0, value.raw);
    }

    focus() {
      this.input.draftailEditor.focus();
    }

    /**
     * Like `Modifier.replaceWithFragment` over whole blocks. That one merges the first block into the old
     * one and so loses its type (a lone block) or its depth (a list item).
     */
    splice(start, count, raw) {
      const { BlockMapBuilder, EditorState, SelectionState } = window.DraftJS;
      const { state, blocks } = this;
      const content = state.getCurrentContent();
      const added = freshBlocks(raw).map((block, at) =>
        at < count ? withComments(block, blocks[start + at]) : block,
      );
      const all = [...blocks.slice(0, start), ...added, ...blocks.slice(start + count)];
      const last = added.at(-1) || all[Math.max(0, start - 1)];
      const selection = SelectionState.createEmpty(last.getKey()).merge({
        anchorOffset: last.getLength(),
        focusOffset: last.getLength(),
        hasFocus: true,
      });
      const changed = content.merge({
        blockMap: BlockMapBuilder.createFromArray(all),
        selectionBefore: state.getSelection(),
        selectionAfter: selection,
      });
      this.input.draftailEditor.onChange(EditorState.push(state, changed, 'insert-fragment'));
    }
  }

  shareai.DraftailField = DraftailField;
})();
