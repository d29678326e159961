// A file of its own, because the page's Content-Security-Policy forbids scripts inside it.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  // By default the page sends the document to a validator on the network.
  validatorUrl: null,
});
