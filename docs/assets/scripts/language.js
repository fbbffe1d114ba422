// The language switch leads to the heading that the reader is at. Without this script it leads to the page.
(() => {
  const current = () => {
    const headings = [...document.querySelectorAll("article :is(h2, h3, h4, h5, h6)[id]")];
    const top = (heading) => heading.getBoundingClientRect().top;
    const named = headings.find((heading) => `#${heading.id}` === location.hash);
    if (named && top(named) >= 0 && top(named) < innerHeight) return named;
    const edge = (document.querySelector(".md-header")?.getBoundingClientRect().bottom ?? 0) + 48;
    return headings.findLast((heading) => top(heading) <= edge);
  };
  for (const link of document.querySelectorAll("a.language"))
    for (const event of ["click", "auxclick", "contextmenu"])
      link.addEventListener(event, () => {
        link.hash = current()?.id ?? "";
      });
})();
