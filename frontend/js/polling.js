/* Keeps asking each backend for its models, so that coming, going and new versions show by themselves. No document. */
'use strict';

/** @param {import('./asking.js').Tools} tools */
app.createPolling = function createPolling(tools) {
  const { dispatch, state, send, clock, next } = tools;
  const TIMES = app.config.TIMES;
  const waiting = {};
  let running = false;
  /** Replies from before a restart belong to other addresses. */
  let round = 0;

  const isDetail = (body) => Boolean(body) && typeof body.name === 'string' && Boolean(body.signature)
    && Array.isArray(body.signature.inputs) && Boolean(body.signature.output) && Array.isArray(body.signature.output.classes);

  /** A backend that comes up may describe the model otherwise than the page's own copy does. */
  const described = new Set();

  function forget(base_url) {
    described.forEach((key) => { if (key.startsWith(base_url + ' ')) described.delete(key); });
  }

  function describe(id, base_url) {
    const model = state().model;
    const key = base_url + ' ' + model;
    if (described.has(key)) return;
    described.add(key);
    send({ method: 'GET', url: base_url + '/models/' + encodeURIComponent(model), timeout: TIMES.classify }, (reply) => {
      if (reply.status === 200 && isDetail(reply.body)) dispatch({ type: 'described', detail: reply.body });
      else described.delete(key);
    });
  }

  function schedule(id) {
    const delay = state().links[id].reach === 'up' ? TIMES.poll_up : TIMES.poll_down;
    waiting[id] = clock.after(delay, () => ask(id));
  }

  function ask(id) {
    delete waiting[id];
    const base_url = app.select.backend(state(), id).base_url;
    const asked_in = round;
    const seq = next();
    send({ method: 'GET', url: base_url + '/models', timeout: TIMES.poll }, (reply) => {
      if (asked_in !== round) return;
      dispatch({ type: 'polled', backend: id, seq, reply });
      if (!running) return;
      if (reply.status === 200) describe(id, base_url);
      else forget(base_url);
      schedule(id);
    });
  }

  /** At once for those that wait for their turn; the others are being asked already. */
  function poll() {
    if (!running) return;
    Object.keys(waiting).forEach((id) => { waiting[id](); ask(id); });
  }

  function stop() {
    running = false;
    round += 1;
    Object.keys(waiting).forEach((id) => { waiting[id](); delete waiting[id]; });
  }

  function start() {
    if (running) stop();
    running = true;
    described.clear();
    state().backends.forEach((backend) => ask(backend.id));
  }

  return { start, stop, poll };
};
