import { beforeEach, describe, expect, it } from "vitest";
import { grantRole, type Grant, type GrantingDirectory } from "./grant-role.ts";

interface Account {
  uid: string;
  customClaims?: Record<string, unknown>;
}

const ADMIN: Grant = {
  email: "boss@example.com",
  role: "admin",
  shopId: "default",
  mechanicId: null,
  create: false,
};

let accounts: Map<string, Account>;
let revoked: string[];
let users: GrantingDirectory;

beforeEach(() => {
  accounts = new Map();
  revoked = [];
  users = {
    getUserByEmail(email) {
      const account = accounts.get(email);
      const missing = Object.assign(new Error("none"), { code: "auth/user-not-found" });
      return account ? Promise.resolve(account) : Promise.reject(missing);
    },
    createUser({ email }) {
      const account = { uid: `uid-${accounts.size}` };
      accounts.set(email, account);
      return Promise.resolve(account);
    },
    setCustomUserClaims(uid, claims) {
      const account = [...accounts.values()].find((one) => one.uid === uid);
      if (account) account.customClaims = { ...claims };
      return Promise.resolve();
    },
    revokeRefreshTokens(uid) {
      revoked.push(uid);
      return Promise.resolve();
    },
    generatePasswordResetLink: (email) => Promise.resolve(`https://example.com/?reset=${email}`),
  };
});

const claimsOfBoss = () => accounts.get(ADMIN.email)?.customClaims;

describe("grantRole", () => {
  it("names a missing user instead of creating one", async () => {
    expect(await grantRole(users, ADMIN)).toEqual({ kind: "no_such_user" });
    expect(accounts.size).toBe(0);
  });

  it("creates the user if asked, with a link to set a password", async () => {
    expect(await grantRole(users, { ...ADMIN, create: true })).toEqual({
      kind: "granted",
      uid: "uid-0",
      changed: true,
      passwordLink: "https://example.com/?reset=boss@example.com",
    });
    expect(claimsOfBoss()).toEqual({ role: "admin", shop_id: "default" });
  });

  it("replaces the role, keeps foreign claims and revokes earlier tokens", async () => {
    const customClaims = { role: "admin", shop_id: "default", newsletter: true };
    accounts.set(ADMIN.email, { uid: "boss", customClaims });
    const mechanic = { ...ADMIN, role: "mechanic", mechanicId: "ada" } as const;
    expect(await grantRole(users, mechanic)).toMatchObject({ changed: true, passwordLink: null });
    expect(claimsOfBoss()).toEqual({
      newsletter: true,
      role: "mechanic",
      shop_id: "default",
      mechanic_id: "ada",
    });
    expect(revoked).toEqual(["boss"]);
  });

  it("takes a role away", async () => {
    accounts.set(ADMIN.email, { uid: "boss", customClaims: { role: "admin", shop_id: "*" } });
    await grantRole(users, { ...ADMIN, role: "customer", shopId: null });
    expect(claimsOfBoss()).toEqual({});
    expect(revoked).toEqual(["boss"]);
  });

  it("leaves a user who has the role already signed in", async () => {
    accounts.set(ADMIN.email, { uid: "boss", customClaims: { role: "admin", shop_id: "default" } });
    expect(await grantRole(users, ADMIN)).toMatchObject({ changed: false });
    expect(revoked).toEqual([]);
  });

  it("passes on any other error", async () => {
    users.getUserByEmail = () => Promise.reject(new Error("no network"));
    await expect(grantRole(users, ADMIN)).rejects.toThrow("no network");
  });
});
