import tseslint from "typescript-eslint";

const adminBan = {
  group: ["firebase-admin", "firebase-admin/*", "@google-cloud/firestore"],
  message: "Only the files listed as FIRESTORE_FILES may import Firebase: take a store as a dependency.",
};
const TESTS = ["**/*.test.ts", "**/testing/**/*.ts", "test/**/*.ts", "emulator/test/**/*.ts"];
const expressBan = {
  group: ["express"],
  message:
    "Only the files listed as EXPRESS_FILES may import Express: take plain values and return a result.",
};
/** Stores, and the files that convert between documents and values for them. */
const FIRESTORE_FILES = [
  "functions/src/context.ts",
  "functions/src/audit/trail.ts",
  "functions/src/availability/day/{date-filter,day-document,day-store,epoch-protocol}.ts",
  "functions/src/availability/generation/generation-store.ts",
  "functions/src/availability/streaming/watch-store.ts",
  "functions/src/bookings/{booking-list-store,booking-record,booking-store,contact-store,occupancy,reconciler,refusal-store,upcoming-bookings}.ts",
  "functions/src/catalog/{addressable,catalog-reader}.ts",
  "functions/src/catalog/exceptions/{exceptions-touching,read-exceptions}.ts",
  "functions/src/holds/{hold-document,hold-store}.ts",
  "functions/src/ledger/ledger-document.ts",
  "functions/src/{management,calendar}/**/*-store.ts",
  "functions/src/notifications/{delivery-store,outbox}.ts",
  "functions/src/platform/firestore/**/*.ts",
  "functions/src/problems/{check-document,problem-store}.ts",
  "functions/src/platform/rate-limits/rate-limit-store.ts",
  "functions/src/reservations/reservation-transaction.ts",
  "functions/src/upkeep/*/{change-store,event-time,recalculation-store,rezoning-store,seed-store,shops-store,unreadable-exceptions}.ts",
];
/** Routes, and the HTTP code they are made from. */
const EXPRESS_FILES = [
  "functions/src/app.ts",
  "functions/src/platform/http/**/*.ts",
  "functions/src/availability/answers/{answer-headers,availability-routes,bypass,slot-routes}.ts",
  "functions/src/availability/streaming/{event-stream,stream-routes}.ts",
  "functions/src/{bookings/{booking,manage},catalog/catalog,holds/hold}-routes.ts",
  "functions/src/upkeep/*/{recalculation,seed}-routes.ts",
  "functions/src/problems/problem-routes.ts",
  "functions/src/{management,calendar}/**/*-routes.ts",
  "functions/src/management/{management-request,exceptions/exception-request}.ts",
];

export default tseslint.config(
  { ignores: ["**/node_modules/", "**/dist/", "**/lib/", ".cache/", "coverage/", "public/"] },
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: [
            "*.js",
            "*.cjs",
            "scripts/*.mjs",
            "scripts/*/*.mjs",
            "test/*/*.cjs",
            "functions/*.mjs",
            "emulator/build.mjs",
          ],
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
      // Numbers and booleans are readable in messages; objects are not and stay forbidden.
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
  { files: FIRESTORE_FILES, rules: { "no-restricted-imports": ["error", { patterns: [expressBan] }] } },
  { files: EXPRESS_FILES, rules: { "no-restricted-imports": ["error", { patterns: [adminBan] }] } },
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
    // A server's answer has the type any until the assertion that follows it.
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
