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

// The palette is an attribute of <body>. It is set the moment <body> is there, before anything of it is drawn.
new MutationObserver((changes, observer) => {
  if (!document.body) return
  observer.disconnect()
  const chosen = __md_get("__palette")
  const dark = chosen ? chosen.color.scheme === "slate" : matchMedia("(prefers-color-scheme: dark)").matches
  document.body.dataset.mdColorScheme = dark ? "slate" : "default"
}).observe(document.documentElement, { childList: true })
