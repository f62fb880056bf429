/* Asks a backend what the model sees of an image, and puts that into the form. No document. */
'use strict';

app.createDrawingRunner = function createDrawingRunner(tools, intents, /** @type {function(string): void} */ tell) {
  const { select } = app;
  let latest = 0;

  /** The chosen backend first; where it doesn't answer, the other one. @param {number[][]} image rows of 0 to 255 */
  function see(image) {
    const state = tools.state();
    const seq = tools.next();
    latest = seq;
    ask(select.order({ ...state, ask: select.slots(state)[0] }, select.slots(state)[0]), seq, state.model, image);
  }

  function ask([id, ...others], seq, model, image) {
    const url = select.backend(tools.state(), id).base_url + '/models/' + encodeURIComponent(model) + '/predict';
    tools.send({ method: 'POST', url, timeout: app.config.TIMES.classify, body: { image } }, (reply) => {
      if (seq !== latest) return;
      const body = reply.body || {};
      if (reply.status === 200 && Array.isArray(body.seen)) { tell(''); intents.row(body.seen.flat()); return; }
      if (reply.status === 0 && others.length) { ask(others, seq, model, image); return; }
      if (reply.status === 0) { tell('No server is there to look at it; the cells below can be set by hand.'); return; }
      const found = app.problems.explain(reply, { is_file: tools.is_file, base_url: url });
      tell(found.errors.map((error) => error.message).join(' ') || found.detail);
    });
  }

  /** What was asked before is of no interest any more. */
  function forget() { latest = tools.next(); }

  return { see, forget };
};
