// A host answers with one 404 page for both languages: put the language of the asked address first, and let the switch
// lead to the home page of the other.
(() => {
  const [first, second] = document.querySelectorAll(".not-found");
  const home = (section) => section.querySelector("a");
  const english = first.lang === "en" ? first : second;
  const asked = location.pathname.startsWith(home(english).pathname) ? "en" : "ko";
  if (first.lang === asked) return;
  first.before(second);
  const link = document.querySelector("a.language");
  link.href = home(first).href;
  link.hreflang = link.lang = first.lang;
  link.textContent = first.dataset.language;
})();
