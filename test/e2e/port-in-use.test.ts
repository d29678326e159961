import { execFile } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { expect, it } from "vitest";

it("names the port in use and its listener, and starts nothing", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const { code, stderr } = await start(["--free-ports", "--port", `hosting=${port}`]);
  server.close();
  expect(code).toBe(1);
  expect(stderr).toContain(`port ${port} is in use, and hosting wants it`);
  expect(stderr).not.toContain("starting");
});

it("names an unknown flag, or a flag with an invalid value", async () => {
  expect(await start(["--nope"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--nope") as string,
  });
  expect(await start(["--port", "hosting=80"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--port") as string,
  });
});

function start(flags: readonly string[]): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["scripts/run.mjs", "start", ...flags],
      (_error, _stdout, stderr) => {
        resolve({ code: child.exitCode ?? -1, stderr });
      },
    );
  });
}
