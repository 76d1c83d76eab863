// Before anything is drawn: the theme that the visitor has chosen once. No module, because those run after the first picture.

{
  const chosen = localStorage.getItem("gridcare.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}
