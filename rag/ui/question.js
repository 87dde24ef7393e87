// While its page wakes up, Gradio (6.31) may still take the question box for empty, and then asks nothing, without a word. What is asked is
// what stands in the box when it is sent.
(() => {
  const send = window.fetch;
  const asks = ({ fn_index: event }) => {
    const { components = [], dependencies = [] } = window.gradio_config ?? {};
    const box = components.find((one) => one.props?.elem_id === "question")?.id;
    return dependencies.some((one) => one.id === event && one.targets.some(([id, name]) => id === box && name === "submit"));
  };
  window.fetch = (address, options) => {
    const text = document.querySelector("#question textarea")?.value;
    if (text?.trim() && String(address.url ?? address).includes("/queue/join") && typeof options?.body === "string") {
      const body = JSON.parse(options.body);
      if (asks(body)) options = { ...options, body: JSON.stringify({ ...body, data: [text, ...body.data.slice(1)] }) };
    }
    return send(address, options);
  };
})();
