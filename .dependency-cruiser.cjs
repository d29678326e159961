/** The architecture, as imports: which part may know which. `npm run verify` checks it. */
const FIREBASE = "node_modules/firebase-(admin|functions)/";
const TEST_ONLY = "[.]test[.]ts$|arbitraries[.]ts$|/testing/";
const EXPRESS = "node_modules/(express|@types/express)/";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Two modules that need each other are one module, or lack a third that both use.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "engine-is-pure",
      comment:
        "The engine computes with plain values. Whoever reads Firestore or answers requests calls it, not the reverse.",
      severity: "error",
      from: { path: "^functions/src/engine/", pathNot: "[.]test[.]ts$" },
      to: { path: ["^functions/src/(?!engine/)", FIREBASE, EXPRESS, "node_modules/node-cache/"] },
    },
    {
      name: "emulator-knows-no-product",
      comment: "The emulator is Firestore for anyone: it must not know what slotbay keeps in it.",
      severity: "error",
      from: { path: "^emulator/src/" },
      to: { path: "^(functions|scripts|test|bench)/" },
    },
    {
      name: "product-knows-no-emulator",
      comment: "The functions run on Firestore. Which one, only the environment knows.",
      severity: "error",
      from: { path: "^functions/src/" },
      to: { path: "^(emulator|scripts|test|bench)/" },
    },
    {
      name: "tests-stay-outside",
      comment: "Nothing that is deployed or released may import a test or what only tests use.",
      severity: "error",
      from: { path: "^(functions|emulator)/src/", pathNot: TEST_ONLY },
      to: { path: `${TEST_ONLY}|node_modules/(vitest|fast-check)/` },
    },
    {
      name: "resolvable",
      comment: "An import that leads nowhere: a missing file, or a package that is not in package.json.",
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
