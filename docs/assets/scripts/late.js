// Material's bundle runs after the first paint: what can be read is on the screen before it is fetched. Its search worker
// and the index wait longer, until the reader reaches for search; as Material has it, both come with every page.
{
  const bundle = document.createElement("script")
  bundle.src = document.currentScript.dataset.bundle
  requestAnimationFrame(() => setTimeout(() => document.head.append(bundle)))

  // "/" opens the search; pressed before the bundle is there, it must not be lost.
  const field = document.forms.search.query
  const early = (event) => {
    if (event.key !== "/" || event.target.matches("input, textarea")) return
    event.preventDefault()
    field.focus()
  }
  addEventListener("keydown", early)
  bundle.onload = () => {
    removeEventListener("keydown", early)
    document.dispatchEvent(new Event("DOMContentLoaded")) // the bundle waits for it; the real one is over
  }

  const searching = new Promise((resolve) => {
    const address = new URLSearchParams(location.search)
    if (address.has("q") || address.has("h")) resolve()
    document.getElementById("__search").addEventListener("change", resolve)
    field.addEventListener("focus", resolve)
  })

  // The index: the request is made ready as usual, and sent once it is wanted.
  const { open, send } = XMLHttpRequest.prototype
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    open.call(this, method, url, ...rest)
    if (String(url).endsWith("/search_index.json")) this.send = () => searching.then(() => send.call(this))
  }

  // The worker: a stand-in that hands messages on, both ways, once the real one runs. Other workers are untouched.
  const RealWorker = window.Worker
  window.Worker = function (url, options) {
    if (!String(url).includes("/workers/search.")) return new RealWorker(url, options)
    const standIn = new EventTarget()
    const started = searching.then(() => {
      const worker = new RealWorker(url, options)
      worker.addEventListener("message", ({ data }) => standIn.dispatchEvent(new MessageEvent("message", { data })))
      return worker
    })
    standIn.postMessage = (message) => started.then((worker) => worker.postMessage(message))
    return standIn
  }
}
