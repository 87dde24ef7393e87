// Gradio's page (6.31) may miss an answer. The server ends the stream of results when nothing is left to tell; an event that the page
// sends at that moment is answered on a stream that the page takes to be open, until it reads that it has ended. So it is told of
// the end only when no event is on its way; until then the stream goes on with a new one.
(() => {
  const send = window.fetch;
  const joining = new Set(); // requests for events, unanswered
  const running = new Set(); // ids of events that the page waits for
  const ended = new Set(); // ids of events whose end came before the answer to their request
  let answered = () => {}; // called at each answer to a request

  const join = async (...asked) => {
    const answer = await send(...asked);
    const said = answer.ok ? await answer.clone().json().catch(() => null) : null; // of a proxy it may be a page
    const event = said?.event_id;
    if (event && !ended.delete(event)) running.add(event);
    return answer;
  };

  // Pass on what a stream says; true if it ended too early.
  const pass = async (body, out) => {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return false;
      const parts = (rest + value).split("\n\n");
      rest = parts.pop();
      for (const part of parts) {
        const said = part.startsWith("data:") ? JSON.parse(part.slice(5)) : {};
        if (said.msg === "process_completed" && !running.delete(said.event_id)) ended.add(said.event_id);
        if (said.msg === "unexpected_error") running.clear(); // the page waits for nothing any more
        if (said.msg === "close_stream") {
          while (joining.size && !running.size) await new Promise((go) => (answered = go));
          if (running.size) return true;
        }
        out.enqueue(new TextEncoder().encode(`${part}\n\n`));
      }
    }
  };
  const results = async (...asked) => {
    const first = await send(...asked);
    if (!first.ok) return first;
    const start = async (out) => {
      try {
        for (let answer = first; await pass(answer.body, out); ) {
          answer = await send(...asked);
          if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
        }
        out.close();
      } catch (error) {
        running.clear(); // the server ends what was asked on a stream that is cut
        ended.clear();
        if (error.name !== "AbortError") out.error(error); // or else the page is left, and nobody reads this any more
      }
    };
    return new Response(new ReadableStream({ start: (out) => void start(out) }), first);
  };

  window.fetch = async (...asked) => {
    const path = new URL(asked[0].url ?? asked[0], document.baseURI).pathname;
    if (path.endsWith("/queue/data")) return results(...asked);
    if (!path.endsWith("/queue/join")) return send(...asked);
    const joined = join(...asked);
    joining.add(joined);
    try {
      return await joined;
    } finally {
      joining.delete(joined);
      answered();
    }
  };
})();
