import { beforeAll, expect, it } from "vitest";
import { isReachable } from "../../scripts/support/reachable.ts";
import { joinSuite, type RunningSuite } from "../support/suite.ts";
import { describeBackgroundWork } from "./groups/background.ts";
import { describeGrants } from "./groups/grant.ts";
import { describeReadyBlock } from "./groups/ready-block.ts";
import { describeStreams } from "./groups/streams.ts";

// The suite is the one that the project "edge" used before; the last test ends it.
let suite: RunningSuite;

beforeAll(async () => {
  suite = await joinSuite();
});

describeReadyBlock(() => suite);
describeGrants(() => suite);
describeBackgroundWork(() => suite);
describeStreams(() => suite);

it("frees every port when it is interrupted", async () => {
  const ports = [...suite.block.matchAll(/127\.0\.0\.1:(\d+)/g)].map((match) => Number(match[1]));
  expect(new Set(ports).size).toBe(4);
  expect(await suite.interrupt()).toBe(0);
  const open = await Promise.all([...new Set(ports)].map((port) => isReachable(`127.0.0.1:${port}`)));
  expect(open).toEqual([false, false, false, false]);
});
