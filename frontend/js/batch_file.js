/* Reads a CSV of the reader's own piece by piece: no more of it is in memory than is looked at. No document. */
'use strict';

app.batchFile = (function () {
  const PIECE = 262144; // bytes

  const AWAY = 'it can’t be read any more; choose it again';
  const NO_TEXT = 'it is no text in UTF-8; save it as CSV in UTF-8, and unpack it first where it is compressed';

  /**
   * @param {File} file
   * @returns {function(): Promise<{records: Object[], problem: string, bytes: number, is_last: boolean}>} the next
   *   records, of which there may be none before the end
   */
  function open(file) {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const read = app.csv.reader();
    let bytes = 0;

    const ended = (problem) => ({ records: [], problem, bytes, is_last: true });

    return async function next() {
      let piece;
      try { piece = await file.slice(bytes, bytes + PIECE).arrayBuffer(); } catch (error) { return ended(AWAY); }
      bytes += piece.byteLength;
      const is_last = bytes >= file.size || !piece.byteLength;
      let text;
      try { text = decoder.decode(piece, { stream: !is_last }); } catch (error) { return ended(NO_TEXT); }
      const { records, problem } = read(text, is_last);
      return { records, problem, bytes, is_last: is_last || Boolean(problem) };
    };
  }

  return { open };
}());
