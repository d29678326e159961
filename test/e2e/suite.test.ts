import { afterAll, beforeAll, expect, it } from "vitest";
import { isReachable } from "../../scripts/support/reachable.ts";
import { describeBackgroundWork } from "./groups/background.ts";
import { describeGrants } from "./groups/grant.ts";
import { describeReadyBlock } from "./groups/ready-block.ts";
import { describeStreams } from "./groups/streams.ts";
import { startSuite, type RunningSuite } from "./suite.ts";

// One suite for every group: its start costs more than all that is asked of it. The last test ends it.
let suite: RunningSuite;

beforeAll(async () => {
  suite = await startSuite();
});
afterAll(() => suite?.stop());

describeReadyBlock(() => suite);
describeGrants(() => suite);
describeBackgroundWork(() => suite);
describeStreams(() => suite);

it("frees every port when it is interrupted", async () => {
  const ports = [...suite.block.matchAll(/127\.0\.0\.1:(\d+)/g)].map((match) => Number(match[1]));
  expect(new Set(ports).size).toBe(4);
  suite.child.signal("SIGINT");
  expect(await suite.child.exited).toBe(0);
  const open = await Promise.all([...new Set(ports)].map((port) => isReachable(`127.0.0.1:${port}`)));
  expect(open).toEqual([false, false, false, false]);
});
