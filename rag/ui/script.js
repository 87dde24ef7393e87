// What Gradio and css lack: a marker in the answer lights its source and opens it; a question that was understood goes back into the
// box to be edited; the box takes its direction from what is typed; what is shown has names that a screen reader can say.
(() => {
  const say = (key) => {
    const all = window.gradio_config?.i18n_translations ?? {};
    return (all[document.documentElement.lang] ?? all.en ?? {})[key] ?? "";
  };
  const source = (marker) => document.getElementById(marker.getAttribute("href").slice(1));
  const light = (card, name) => {
    document.querySelectorAll(`.source.${name}`).forEach((other) => other.classList.remove(name));
    card?.classList.add(name);
  };
  const on = (type, selector, act) =>
    document.addEventListener(type, (event) => {
      const found = event.target instanceof Element ? event.target.closest(selector) : null;
      if (found) act(found, event);
    });

  // Bring a source into sight: its answer's sources in place of another's, and the marked sentence within its column.
  const reveal = (card) => {
    const turn = card.closest(".sources");
    document.querySelectorAll("section.sources").forEach((other) => (other.hidden = other !== turn));
  };
  const scrollTo = (box, target, share) => {
    const [outer, inner] = [box.getBoundingClientRect(), target.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom)
      box.scrollBy({ top: inner.top - outer.top - share * outer.height, behavior: "instant" });
  };
  const panel = () => document.getElementById("panel");
  const sideBySide = () => getComputedStyle(panel()).overflowY === "auto";

  // Hovering or focusing a marker.
  const near = (marker, event) => {
    const card = source(marker);
    light(card, "near");
    if (!card) return;
    if (event.type === "focusin") reveal(card);
    if (sideBySide() && card.offsetParent) scrollTo(panel(), card.querySelector("mark") ?? card, 0.25);
  };
  for (const type of ["mouseover", "focusin"]) on(type, "a.marker", near);
  for (const type of ["mouseout", "focusout"]) on(type, "a.marker", () => light(null, "near"));

  // Opening a source where it is cited.
  const show = async (card, address) => {
    const button = card.querySelector("button.open");
    let opened = card.querySelector(".opened");
    if (!opened) {
      opened = document.createElement("div");
      opened.className = "opened";
      card.append(opened);
      opened.innerHTML = '<p class="told" role="status"></p>';
      opened.firstChild.textContent = say("opening");
    }
    button.setAttribute("aria-expanded", "true");
    button.textContent = say("close");
    card.classList.add("open");
    opened.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      opened.innerHTML = await answer.text(); // of this server, where all that a document holds is escaped
    } catch {
      opened.innerHTML = '<p class="told" role="alert"></p>';
      opened.firstChild.textContent = say("not_opened");
    }
    opened.removeAttribute("aria-busy");
    if (!card.isConnected) return;
    if (sideBySide()) panel().scrollBy({ top: card.getBoundingClientRect().top - panel().getBoundingClientRect().top });
    else card.scrollIntoView({ block: "start" });
    const sheet = opened.querySelector(".sheet");
    const mark = sheet?.querySelector("mark, .mark");
    if (mark) scrollTo(sheet, mark, 0.3);
  };
  const openers = new WeakMap(); // a source → the marker that opened it
  const close = (card) => {
    const button = card.querySelector("button.open");
    card.classList.remove("open");
    card.querySelector(".opened")?.remove();
    button.setAttribute("aria-expanded", "false");
    button.textContent = say("open");
  };
  const address = (card) => card.querySelector("button.open").value;
  const toggle = (button) => {
    const card = button.closest(".source");
    card.classList.contains("open") ? leave(card) : show(card, address(card));
  };
  const leave = (card) => {
    close(card);
    const back = openers.get(card);
    openers.delete(card);
    if (!back?.isConnected) return card.querySelector("button.open").focus();
    back.focus({ preventScroll: sideBySide() });
  };
  on("click", ".source button.open", toggle);
  on("click", ".turn", (button) => {
    const card = button.closest(".source");
    show(card, `${address(card)}&page=${Number(button.dataset.page)}`).then(() => card.querySelector(".sheet")?.focus());
  });
  on("keydown", ".source.open", (card, event) => {
    if (event.key === "Escape") leave(card);
  });
  on("click", "a.marker", (marker, event) => {
    event.preventDefault(); // with a query in the address, `#…` would load the page anew
    const card = source(marker);
    if (!card) return;
    reveal(card);
    light(card, "lit");
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest", behavior: "instant" });
    if (!card.classList.contains("open")) {
      document.querySelectorAll(".source.open").forEach(close);
      openers.set(card, marker);
      show(card, address(card));
    }
  });

  const write = (text) => {
    const box = document.querySelector("#question textarea");
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    return box;
  };

  // An example is asked as if it had been typed: by an event of its own it would be answered beside what is typed meanwhile.
  on("click", "#chat .example", (example) => {
    write(example.querySelector(".example-text").textContent.trim());
    setTimeout(() => document.querySelector("#question .submit-button")?.click());
  });

  // A question as it was understood, to be edited and asked again.
  on("click", ".meant .edit", (button) => {
    const box = write(button.closest(".meant").querySelector(".meaning").textContent);
    box.focus();
    box.select();
  });

  const names = [
    ["#question .submit-button", "ask"],
    ["#question .stop-button", "stop"],
    ["#chat [data-testid=user]", "question"],
    ["#chat [data-testid=bot]", "answer"], // Gradio's name for it is its markup
  ];
  let turns = 0;
  const mend = () => {
    const page = document.documentElement; // Gradio names the browser's language here, also where our words are in none such
    if (page.dataset.language && page.lang !== page.dataset.language) page.lang = page.dataset.language;
    for (const box of document.querySelectorAll(":is(#question textarea, .example-text):not([dir=auto])")) box.dir = "auto";
    for (const [selector, key] of names)
      for (const element of document.querySelectorAll(selector)) if (element.ariaLabel !== say(key)) element.ariaLabel = say(key);
    for (const list of document.querySelectorAll("#chat .examples[role=list]")) list.role = "group"; // of buttons, not of items
    for (const box of document.querySelectorAll("input.search-input"))
      if (box.placeholder !== say("search")) box.placeholder = box.ariaLabel = say("search");
    const now = document.querySelectorAll("section.sources").length;
    if (now !== turns && panel()) panel().scrollTop = 0; // the sources of another answer are read from their top
    turns = now;
  };
  new MutationObserver(mend).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["aria-label", "dir", "lang"],
  });
})();
