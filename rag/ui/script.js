// What Gradio and css lack: a marker in the answer lights its source, also that of an earlier answer, whose sources are out of sight;
// the question box takes its direction from what is typed; what is shown has names that a screen reader can say.
(() => {
  const source = (marker) => document.getElementById(marker.getAttribute("href").slice(1));
  const light = (card, name) => {
    document.querySelectorAll(`.source.${name}`).forEach((other) => other.classList.remove(name));
    card?.classList.add(name);
  };
  const on = (type, act) =>
    document.addEventListener(type, (event) => {
      const marker = event.target instanceof Element ? event.target.closest("a.marker") : null;
      act(marker, event);
    });

  on("click", (marker, event) => {
    if (!marker) return;
    event.preventDefault(); // with a query in the address, `#…` would load the page anew
    const card = source(marker);
    const turn = card?.closest(".sources");
    if (!turn) return;
    document.querySelectorAll("section.sources").forEach((other) => (other.hidden = other !== turn));
    light(card, "lit");
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest", behavior: "smooth" });
  });
  const names = [
    ["#question .submit-button", "Ask"],
    ["#chat [data-testid=user]", "Question"],
    ["#chat [data-testid=bot]", "Answer"], // Gradio's name for it is its markup
  ];
  const mend = () => {
    for (const box of document.querySelectorAll("#question textarea:not([dir=auto])")) box.dir = "auto";
    for (const [selector, name] of names)
      for (const element of document.querySelectorAll(`${selector}:not([aria-label="${name}"])`)) element.ariaLabel = name;
  };
  new MutationObserver(mend).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["aria-label", "dir"],
  });

  for (const type of ["mouseover", "focusin"]) on(type, (marker) => light(marker && source(marker), "near"));
})();
