// Material starts its search worker and fetches the whole index with every page. Here both wait until the reader
// reaches for search: the field has the focus, the search box is open, or the address asks for a search.

{
  const searching = new Promise((resolve) => {
    const address = new URLSearchParams(location.search)
    if (address.has("q") || address.has("h")) resolve()
    document.getElementById("__search").addEventListener("change", resolve)
    document.forms.search?.query.addEventListener("focus", resolve)
  })

  // The index: the request is made ready as usual, and sent once it is wanted.
  const open = XMLHttpRequest.prototype.open
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    open.call(this, method, url, ...rest)
    if (String(url).endsWith("/search_index.json")) this.send = () => searching.then(() => XMLHttpRequest.prototype.send.call(this))
  }

  // The worker: a stand-in that hands messages on, in both directions, once the real one runs. Other workers are untouched.
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
