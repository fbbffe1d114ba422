// Small services to a page that is already readable without them.

// A box that scrolls sideways can be reached and scrolled with the keyboard; one that does not is no tab stop.
const boxes = document.querySelectorAll("div.math, .md-typeset__scrollwrap, .md-typeset pre > code")
const watch = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0
    else target.removeAttribute("tabindex")
  }
})
for (const box of boxes) watch.observe(box)

// An address that names a tab opens it.
const named = document.getElementById(decodeURIComponent(location.hash.slice(1)))
if (named?.name?.startsWith("__tabbed_")) named.checked = true

// Paper shows the light twin of each figure, also when the screen is dark and has not fetched it.
addEventListener("beforeprint", () => {
  for (const image of document.querySelectorAll("img[loading=lazy]")) image.loading = "eager"
})
