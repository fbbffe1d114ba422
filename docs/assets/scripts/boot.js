// Runs before the first paint: the store that Material's bundle expects, and the palette.

// Where choices are kept: under the path of the whole site, so that both languages share them.
var __md_scope = new URL(document.currentScript.dataset.scope, location)

function __md_get(key, storage = localStorage, scope = __md_scope) {
  return JSON.parse(storage.getItem(scope.pathname + "." + key))
}

function __md_set(key, value, storage = localStorage, scope = __md_scope) {
  try {
    storage.setItem(scope.pathname + "." + key, JSON.stringify(value))
  } catch {
    // a full or forbidden store: the choice lasts for this page
  }
}

// Styles may now count on a script. Material's bundle sets the same classes, but late, when it restyles the whole page.
document.documentElement.className = "js js-focus-visible"

// The palette is an attribute of <body>. It is set the moment <body> is there, before anything of it is drawn; the meta
// tag tells the browser, for the blank page before that and for its own bars.
function setPalette(scheme) {
  document.body.dataset.mdColorScheme = scheme
  document.querySelector("meta[name=color-scheme]").content = scheme === "slate" ? "dark" : "light"
}

new MutationObserver((changes, observer) => {
  if (!document.body) return
  observer.disconnect()
  setPalette(__md_get("__palette") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "slate" : "default"))
}).observe(document.documentElement, { childList: true })
