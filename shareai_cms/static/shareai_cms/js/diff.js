/* What changed between two texts, word by word: Myers, "An O(ND) Difference Algorithm" (1986). */
(() => {
  'use strict';

  /** Beyond this many edits two texts have little in common, and marks on words would only confuse. */
  const MOST_EDITS = 1500;

  const segmenter = Intl.Segmenter && new Intl.Segmenter(undefined, { granularity: 'word' });

  /** Words, spaces and punctuation, also in languages that put no spaces between words. */
  function words(text) {
    if (segmenter) return Array.from(segmenter.segment(text), ({ segment }) => segment);
    return text.match(/\s+|[\p{L}\p{N}\p{M}'’]+|[^]/gu) || [];
  }

  /** Whether the best path to diagonal `k` with `edits` edits comes down from `k + 1`: an insertion. */
  const isInsertion = (at, k, edits) => k === -edits || (k !== edits && at(k - 1) < at(k + 1));

  /** How far each diagonal reached before every edit; `null` when the texts are too far apart. */
  function search(before, after) {
    const most = Math.min(MOST_EDITS, before.length + after.length);
    const reached = new Int32Array(2 * most + 3);
    const at = (k) => reached[k + most + 1];
    const history = [];
    for (let edits = 0; edits <= most; edits += 1) {
      history.push(reached.slice(most - edits, most + edits + 3));
      for (let k = -edits; k <= edits; k += 2) {
        let x = isInsertion(at, k, edits) ? at(k + 1) : at(k - 1) + 1;
        while (x < before.length && x - k < after.length && before[x] === after[x - k]) x += 1;
        reached[k + most + 1] = x;
        if (x >= before.length && x - k >= after.length) return history;
      }
    }
    return null;
  }

  /** The way back through the history, as `[sign, index]`: kept and added index `after`, removed `before`. */
  function backtrack(before, after, history) {
    const steps = [];
    let x = before.length;
    let y = after.length;
    for (let edits = history.length - 1; edits >= 0; edits -= 1) {
      const at = (k) => history[edits][k + edits + 1];
      const k = isInsertion(at, x - y, edits) ? x - y + 1 : x - y - 1;
      const [startX, startY] = [at(k), at(k) - k];
      while (x > startX && y > startY) {
        x -= 1;
        y -= 1;
        steps.push([' ', y]);
      }
      if (edits) steps.push(x === startX ? ['+', startY] : ['-', startX]);
      [x, y] = [startX, startY];
    }
    return steps.reverse();
  }

  function append(runs, isSame, removed, added) {
    const last = runs.at(-1);
    if (last?.isSame === isSame) {
      last.removed.push(...removed);
      last.added.push(...added);
    } else {
      runs.push({ isSame, removed, added });
    }
  }

  /** A lone space between two changes reads better as part of one change. */
  function joined(runs, keyOf) {
    const result = [];
    runs.forEach((run, index) => {
      const isBetween = index > 0 && index < runs.length - 1;
      const isGap = run.isSame && isBetween && !run.added.some((token) => keyOf(token).trim());
      append(result, run.isSame && !isGap, run.removed, run.added);
    });
    return result;
  }

  /**
   * The runs `{isSame, removed, added}` that lead from one list of tokens to the other. Tokens are the
   * same when their keys are.
   */
  function diff(before, after, keyOf = (token) => token) {
    const history = search(before.map(keyOf), after.map(keyOf));
    if (!history) return [{ isSame: false, removed: [...before], added: [...after] }];
    const runs = [];
    for (const [sign, index] of backtrack(before, after, history)) {
      append(
        runs,
        sign === ' ',
        sign === '-' ? [before[index]] : sign === ' ' ? [after[index]] : [],
        sign === '-' ? [] : [after[index]],
      );
    }
    return joined(runs, keyOf);
  }

  window.shareai.diff = { diff, words };
})();
