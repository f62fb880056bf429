/* Pure: the part of the address after '#', which restores model, values and who is asked. */
'use strict';

app.address = (function () {
  /** Reserved in the address; every other name is an input of the model. */
  const ASK = 'ask';
  const TAB = 'tab';
  /** In the place of a model's name, which begins with a letter. */
  const ADD = '+add';
  /** Longer than any number that a person types. */
  const LONGEST = 32;

  function decode(text) {
    try { return decodeURIComponent(text); } catch (error) { return ''; }
  }

  /**
   * @param {string} hash '#model?input=5.1&ask=both'
   * @returns {{model: string, texts: Object<string, string>, ask: string, tab: string, unusable: string[]}}
   *   `unusable` names what is no number; empty strings mean "not said"
   */
  function parse(hash) {
    const text = String(hash || '').replace(/^#/, '');
    const cut = text.indexOf('?');
    const found = { model: decode(cut < 0 ? text : text.slice(0, cut)), texts: {}, ask: '', tab: '', unusable: [] };
    if (cut < 0) return found;
    new URLSearchParams(text.slice(cut + 1)).forEach((value, name) => {
      if (name === ASK) found.ask = value;
      else if (name === TAB) found.tab = value;
      else if (value.length <= LONGEST && !Number.isNaN(app.features.parseNumber(value))) found.texts[name] = value.trim();
      else found.unusable.push(name.slice(0, LONGEST));
    });
    return found;
  }

  /**
   * @param {string} model
   * @param {string[]} names the model's inputs, in order
   * @param {Object<string, string>} texts
   * @param {string} ask
   * @param {string} tab
   */
  function write(model, names, texts, ask, tab) {
    const query = new URLSearchParams();
    names.filter((name) => !Number.isNaN(app.features.parseNumber(texts[name]))).forEach((name) => query.append(name, texts[name].trim()));
    query.append(ASK, ask);
    query.append(TAB, tab);
    return '#' + encodeURIComponent(model) + '?' + query.toString();
  }

  return { ADD, parse, write };
}());
