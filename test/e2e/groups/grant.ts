import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import type { RunningSuite } from "../../support/suite.ts";

const run = promisify(execFile);
const EMAIL = "boss@example.com";
const PASSWORD = "correct horse";

let suite: RunningSuite;
let authHost: string;

async function grant(...flags: string[]): Promise<string> {
  const args = ["scripts/run.mjs", "grant", "--email", EMAIL, ...flags];
  const env = { ...process.env, FIREBASE_AUTH_EMULATOR_HOST: authHost };
  return (await run(process.execPath, args, { env })).stdout;
}

/** Calls a method of the Auth emulator, as a web page would. */
async function identity(method: string, body: object): Promise<Record<string, string>> {
  const url = `http://${authHost}/identitytoolkit.googleapis.com/v1/accounts:${method}?key=local`;
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return (await response.json()) as Record<string, string>;
}

async function signIn(): Promise<string> {
  const { idToken = "" } = await identity("signInWithPassword", {
    email: EMAIL,
    password: PASSWORD,
    returnSecureToken: true,
  });
  return idToken;
}

async function seedStatus(token: string, shop: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const body = JSON.stringify({ shop_id: shop, days: 1 });
  return (await fetch(`${suite.site}/availability/seed`, { method: "POST", headers, body })).status;
}

/** Registers the tests of `npm run grant`. */
export function describeGrants(started: () => RunningSuite): void {
  describe("npm run grant", () => {
    let token: string;

    beforeAll(() => {
      suite = started();
      authHost = /FIREBASE_AUTH_EMULATOR_HOST=(\S+)/.exec(suite.block)?.[1] ?? "";
    });

    it("names a user who does not exist", async () => {
      await expect(grant("--role", "admin", "--shop", "default")).rejects.toMatchObject({
        code: 1,
        stdout: expect.stringContaining(`there is no user ${EMAIL}`) as string,
      });
    });

    it("makes a new user the admin of one shop, who sets a password and signs in", async () => {
      const said = await grant("--role", "admin", "--shop", "default", "--create");
      expect(said).toContain("is now admin of shop default");
      const oobCode = /oobCode=([^&\s]+)/.exec(said)?.[1];
      expect(await identity("resetPassword", { oobCode, newPassword: PASSWORD })).toMatchObject({
        email: EMAIL,
      });
      token = await signIn();
      expect(await seedStatus(token, "default")).toBe(200);
      expect(await seedStatus(token, "elsewhere")).toBe(404);
    });

    it("revokes the tokens of a user who loses the role", async () => {
      // The Auth emulator notes the time of a revocation in whole seconds, as Firebase does.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(await grant("--role", "customer")).toContain("Earlier tokens are revoked");
      expect(await seedStatus(token, "default")).toBe(401);
      expect(await seedStatus(await signIn(), "default")).toBe(403);
    });
  });
}
