import { testSoak } from "./soak-test.ts";

testSoak({
  ...{ operations: 3_000, clients: 16, apis: 2, seed: 1 },
  ...{ crashEvery: 1_000, restartEvery: 1_100, leastOfEachKind: 31 },
});
