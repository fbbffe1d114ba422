// An old address leads on by its <meta http-equiv="refresh">, which forgets the heading; this keeps it.
(() => {
  const link = document.currentScript.dataset.link;
  if (!location.hash || link.includes("#")) return;
  stop(); // before the refresh is read
  location.replace(link + location.hash);
})();
