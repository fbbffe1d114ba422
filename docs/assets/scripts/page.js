// Small services to a page that is already readable without them.

// A box that scrolls sideways can be reached and scrolled with the keyboard; one that does not is no tab stop.
const boxes = document.querySelectorAll("div.math, .md-typeset__scrollwrap, .md-typeset pre > code")
function reach(box) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0
  else box.removeAttribute("tabindex")
}
const watch = new ResizeObserver((entries) => entries.forEach(({ target }) => reach(target)))
for (const box of boxes) watch.observe(box)
document.fonts.ready.then(() => boxes.forEach(reach)) // formulas are wider in their own faces

// The palette: the chosen one is kept, and the button that leads back takes the focus.
const switches = [...document.querySelectorAll("[data-palette]")]
for (const button of switches) {
  button.addEventListener("click", () => {
    setPalette(button.dataset.palette)
    __md_set("__palette", button.dataset.palette)
    switches.find((other) => other !== button).focus()
  })
}

// An address that names a tab opens it.
const named = document.getElementById(decodeURIComponent(location.hash.slice(1)))
if (named?.name?.startsWith("__tabbed_")) named.checked = true

// Paper shows the light twin of each figure, also when the screen is dark and has not fetched it.
addEventListener("beforeprint", () => {
  for (const image of document.querySelectorAll("img[loading=lazy]")) image.loading = "eager"
})

// The glossary's entries, fetched when a term is first pointed at or focused.
const terms = new URL("terms.js", document.currentScript.src)
async function explain({ target }) {
  const term = target.closest?.("a.term")
  if (!term) return
  for (const event of ["pointerover", "focusin"]) removeEventListener(event, explain)
  ;(await import(terms)).show(term)
}
for (const event of ["pointerover", "focusin"]) addEventListener(event, explain)
