import tseslint from "typescript-eslint";

const adminBan = {
  group: ["firebase-admin", "firebase-admin/*", "@google-cloud/firestore"],
  message:
    "Only stores (*store.ts, firestore/) and context.ts talk to Firebase: take a store, or the dependency from the context.",
};
const TESTS = ["**/*.test.ts", "**/testing/**/*.ts", "test/**/*.ts", "emulator/test/**/*.ts"];
const expressBan = {
  group: ["express"],
  message: "Only routes (*routes.ts), app.ts and http/ know Express: take plain values and return a result.",
};

export default tseslint.config(
  { ignores: ["**/node_modules/", "**/dist/", "**/lib/", ".cache/", "coverage/", "public/"] },
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: ["*.js", "*.cjs", "scripts/*.mjs", "scripts/support/*.mjs", "*/build.mjs"],
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Numbers and the like read well in messages; objects, which do not, stay forbidden.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      eqeqeq: "error",
      "no-console": "off",
    },
  },
  { files: ["**/*.{js,cjs,mjs}"], extends: [tseslint.configs.disableTypeChecked] },
  { files: ["**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  {
    files: ["functions/src/**/*.ts"],
    ignores: TESTS,
    rules: {
      "no-console": ["error"],
      "no-restricted-imports": ["error", { patterns: [adminBan, expressBan] }],
    },
  },
  {
    // Beside the stores: what turns documents into values for them, and the reconciler, which is one transaction.
    files: [
      "functions/src/**/*store.ts",
      "functions/src/firestore/**/*.ts",
      "functions/src/audit/trail.ts",
      "functions/src/bookings/{occupancy,reconciler,record}.ts",
      "functions/src/context.ts",
    ],
    rules: { "no-restricted-imports": ["error", { patterns: [expressBan] }] },
  },
  {
    files: ["functions/src/**/*routes.ts", "functions/src/app.ts", "functions/src/http/**/*.ts"],
    ignores: ["**/*store.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [adminBan] }] },
  },
  {
    files: ["functions/src/**/*.ts"],
    ignores: ["functions/src/config.ts", ...TESTS],
    rules: {
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "env",
          message: "Configuration is read once, in config.ts: take it from there.",
        },
      ],
    },
  },
  {
    // What a server answered is any until the assertion that follows, and an assertion is all a test does with it.
    files: TESTS,
    rules: {
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
);
