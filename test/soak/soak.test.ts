import { testSoak } from "./soak-test.ts";

// `npm run verify` runs the long one. Crashes and restarts are as frequent as the start of a process allows.
testSoak({
  ...{ operations: 400, clients: 16, apis: 2, seed: 1 },
  ...{ crashEvery: 130, restartEvery: 200, leastOfEachKind: 1 },
});
