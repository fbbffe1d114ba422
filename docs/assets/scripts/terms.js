// A term's entry of the glossary beside the term, while the reader points at it or has it in focus. page.js fetches this
// file when that first happens; without scripts the term is a link to the entry.

const entries = await (await fetch(new URL("../terms.json", import.meta.url))).json()
const other = document.documentElement.lang === "ko" ? "en" : "ko"

const tip = document.createElement("div")
tip.id = "term-tip"
tip.setAttribute("role", "tooltip")
tip.hidden = true
document.body.append(tip)

let shown = null
let leaving = 0

function part(tag, text, lang) {
  const element = document.createElement(tag)
  element.textContent = text
  if (lang) element.lang = lang
  return element
}

export function show(term) {
  clearTimeout(leaving)
  if (shown === term) return
  hide()
  const [name, foreign, meaning] = entries[term.hash.slice(1)]
  tip.replaceChildren(part("strong", name), " ", part("span", foreign, other), part("p", meaning))
  tip.hidden = false
  const box = term.getClientRects()[0]
  const { width, height } = tip.getBoundingClientRect()
  const edge = document.documentElement.clientWidth - width - 8
  const below = box.bottom + height + 12 < innerHeight
  tip.style.left = `${scrollX + Math.max(8, Math.min(box.left, edge))}px`
  tip.style.top = `${scrollY + (below ? box.bottom + 6 : box.top - height - 6)}px`
  term.setAttribute("aria-describedby", tip.id)
  shown = term
}

function hide() {
  tip.hidden = true
  shown?.removeAttribute("aria-describedby")
  shown = null
}

addEventListener("pointerover", ({ target }) => {
  const term = target.closest?.("a.term")
  if (term) show(term)
  else if (target.closest?.("#term-tip")) clearTimeout(leaving)
  else if (shown && shown !== document.activeElement) leaving = setTimeout(hide, 200)
})
addEventListener("focusin", ({ target }) => (target.matches("a.term") ? show(target) : hide()))
addEventListener("focusout", hide)
addEventListener("keydown", ({ key }) => key === "Escape" && hide())
