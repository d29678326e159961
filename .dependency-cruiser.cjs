/** The architecture, stated as imports: which part may import which. `npm run verify` checks it. */
const FIREBASE = "node_modules/firebase-(admin|functions)/";
const TEST_ONLY = "[.]test[.]ts$|arbitraries[.]ts$|/testing/";
const EXPRESS = "node_modules/(express|@types/express)/";

const ABOVE_ALL = "functions/src/(index|app|context)[.]ts$";
const folder = (name) => `^functions/src/${name}/`;

/** The folders of functions/src, top to bottom, each with the layer to use instead of importing from above it. */
const LAYERS = [
  [
    "openapi",
    "The document describes the API and is no part of it: scripts and tests import it, the functions never.",
  ],
  [
    "(calendar|insights|integrations|management|problems)",
    "These features combine the others and are imported by none of them.",
  ],
  [
    "bookings",
    "What a booking shares with a hold belongs in reservations/; its statuses, which others read, are in ledger/.",
  ],
  ["holds", "What a hold shares with a booking belongs in reservations/; the time it takes is in ledger/."],
  ["reservations", "What is also needed without reserving anything belongs in availability/ or ledger/."],
  ["upkeep", "What requests need as well belongs in availability/, its invalidation in catalog/."],
  ["availability", "Use ledger/ for the time that is taken, and catalog/ for who works when."],
  [
    "notifications",
    "What a notification is made from is plain data: pass it in, or read it from ledger/ or catalog/.",
  ],
  ["ledger", "Use catalog/ for the shop's data, or take what the ledger says as an argument."],
  ["catalog", "Take values as arguments; what knows no shop belongs in platform/."],
  ["audit", "Take values as arguments: the audit trail stores what its callers tell it."],
  ["platform", "Code that knows no shop belongs in platform/; it may use engine/ only."],
];

/** One rule for each layer: the folders below it must not import it. */
const layerRules = LAYERS.map(([name, instead], index) => {
  const below = [...LAYERS.slice(index + 1).map(([lower]) => lower), "engine"];
  return {
    name: `nothing-below-imports-${name.replaceAll(/[()]/g, "").replaceAll("|", "-or-")}`,
    comment: instead,
    severity: "error",
    from: { path: folder(`(${below.join("|")})`) },
    to: { path: folder(name) },
  };
});

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment:
        "Files that import each other, types included, are one file, or need a third one that both import.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...layerRules,
    {
      name: "only-the-top-imports-the-top",
      comment:
        "index.ts, app.ts and context.ts stand above all folders: a route or a use case declares an interface of what it needs, and index.ts or app.ts passes it the context.",
      severity: "error",
      from: { path: "^functions/src/", pathNot: `^${ABOVE_ALL}` },
      to: { path: `^${ABOVE_ALL}` },
    },
    {
      name: "the-functions-need-no-openapi",
      comment: "The document is generated and served as a file: it and its library are not deployed.",
      severity: "error",
      from: { path: ABOVE_ALL },
      to: { path: folder("openapi") },
    },
    {
      name: "only-the-top-imports-config",
      comment:
        "Configuration is read once, by context.ts and index.ts: take the values you need as arguments.",
      severity: "error",
      from: { path: "^functions/src/", pathNot: [`^${ABOVE_ALL}`, "^functions/src/config[.]test[.]ts$"] },
      to: { path: "^functions/src/config[.]ts$" },
    },
    {
      name: "engine-is-pure",
      comment:
        "The engine computes with plain values: code that reads Firestore or answers requests calls it, never the reverse.",
      severity: "error",
      from: { path: "^functions/src/engine/", pathNot: "[.]test[.]ts$" },
      to: { path: ["^functions/src/(?!engine/)", FIREBASE, EXPRESS, "node_modules/node-cache/"] },
    },
    {
      name: "emulator-knows-no-product",
      comment:
        "The emulator is a general Firestore emulator: it must not know which documents slotbay stores.",
      severity: "error",
      from: { path: "^emulator/src/" },
      to: { path: "^(functions|scripts|test|bench)/" },
    },
    {
      name: "product-knows-no-emulator",
      comment: "The functions run on any Firestore; the environment decides whether it is the emulator.",
      severity: "error",
      from: { path: "^functions/src/" },
      to: { path: "^(emulator|scripts|test|bench)/" },
    },
    {
      name: "tests-stay-outside",
      comment: "Deployed or released code must not import a test, nor a module that only tests use.",
      severity: "error",
      from: { path: "^(functions|emulator)/src/", pathNot: TEST_ONLY },
      to: { path: `${TEST_ONLY}|node_modules/(vitest|fast-check)/` },
    },
    {
      name: "resolvable",
      comment: "The import cannot be resolved: the file is missing, or the package is not in package.json.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "[.]d[.]mts$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules|/dist/|/lib/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["types", "import", "node", "default"],
    },
  },
};
