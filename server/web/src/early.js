// Runs before anything is painted: theme and language as they were chosen last.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  let kept = {};
  try {
    kept = { theme: localStorage.getItem("theme"), lang: localStorage.getItem("lang") };
  } catch {
    // nothing may be kept here: the browser's own wishes are all there is
  }
  if (kept.theme === "light" || kept.theme === "dark") root.dataset.theme = kept.theme;
  const here = root.lang.slice(0, 2);
  const asked = new URLSearchParams(location.search).has("lang");
  if (!asked && (kept.lang === "en" || kept.lang === "zh") && kept.lang !== here) {
    location.replace("?lang=" + kept.lang);
  }
})();
