import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../scripts/support/root.mjs";

interface Lockfile {
  packages: Record<string, { version?: string; integrity?: string; dependencies?: Record<string, string> }>;
}

const read = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8")) as Lockfile;

describe("the lockfile that is deployed", () => {
  const { packages } = read("functions/package-lock.json");
  const tested = read("package-lock.json").packages;
  const installed = Object.entries(packages).filter(([path]) => path !== "");

  it("has every package at the version that was tested", () => {
    expect(installed.length).toBeGreaterThan(100);
    for (const [path, { version, integrity }] of installed) {
      expect({ path, version, integrity }).toMatchObject({
        version: (tested[`functions/${path}`] ?? tested[path])?.version,
        integrity: (tested[`functions/${path}`] ?? tested[path])?.integrity,
      });
    }
  });

  it("has every dependency of functions/package.json", () => {
    const { dependencies = {} } = JSON.parse(readFileSync(join(root, "functions/package.json"), "utf8")) as {
      dependencies?: Record<string, string>;
    };
    expect(
      Object.fromEntries(
        Object.keys(dependencies).map((name) => [name, packages[`node_modules/${name}`]?.version]),
      ),
    ).toEqual(dependencies);
  });
});
