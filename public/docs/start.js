// A file of its own, because the page's Content-Security-Policy forbids scripts inside it.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  // By default the page sends the document to a validator on the network.
  validatorUrl: null,
});
