import tseslint from "typescript-eslint";

const adminBan = {
  group: ["firebase-admin", "firebase-admin/*", "@google-cloud/firestore"],
  message:
    "Only stores (*store.ts, store/) and context.ts talk to Firebase: take a store, or the dependency from the context.",
};
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
    ignores: ["**/*.test.ts"],
    rules: {
      "no-console": ["error"],
      "no-restricted-imports": ["error", { patterns: [adminBan, expressBan] }],
    },
  },
  {
    files: ["functions/src/**/*store.ts", "functions/src/**/store/**/*.ts", "functions/src/context.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [expressBan] }] },
  },
  {
    files: ["functions/src/**/*routes.ts", "functions/src/app.ts", "functions/src/http/**/*.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [adminBan] }] },
  },
  {
    files: ["functions/src/**/*.ts"],
    ignores: ["functions/src/config.ts", "**/*.test.ts"],
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
);
