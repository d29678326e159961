import { describe, expect, it } from "vitest";
import { millis } from "../../engine/units.ts";
import { emulatorTokenVerifier, firebaseTokenVerifier } from "./token-verifier.ts";

const SIGNED_IN_AT = Date.parse("2026-11-28T10:00:00Z") / 1000;
const clock = { now: () => millis((SIGNED_IN_AT + 60) * 1000) };
const checked = { checkRevoked: true };
const unchecked = { checkRevoked: false };

const failure = (code: string) => Object.assign(new Error(code), { code });
const fails = (code: string) => () => Promise.reject(failure(code));

describe("firebaseTokenVerifier", () => {
  /** An Auth service whose only token was revoked. */
  const verify = firebaseTokenVerifier(() => ({
    verifyIdToken: (_token, checkRevoked) =>
      checkRevoked
        ? fails("auth/id-token-revoked")()
        : Promise.resolve({ uid: "boss", role: "admin", shop_id: "a" }),
  }));

  it("refuses a revoked token where revocation counts, and only there", async () => {
    expect(await verify("token", checked)).toBeUndefined();
    expect(await verify("token", unchecked)).toMatchObject({ uid: "boss", role: "admin", shopId: "a" });
  });

  it("refuses a disabled user, and passes on an error that is not about the token", async () => {
    const failing = (code: string) => firebaseTokenVerifier(() => ({ verifyIdToken: fails(code) }));
    expect(await failing("auth/user-disabled")("token", checked)).toBeUndefined();
    await expect(failing("auth/internal-error")("token", checked)).rejects.toThrow("internal-error");
    await expect(failing("app/network-error")("token", checked)).rejects.toThrow("network-error");
  });
});

describe("emulatorTokenVerifier", () => {
  const claims = {
    aud: "demo",
    exp: SIGNED_IN_AT + 3600,
    auth_time: SIGNED_IN_AT,
    sub: "boss",
    role: "admin",
  };
  const token = `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.`;
  const withUser = (getUser: () => Promise<{ disabled: boolean; tokensValidAfterTime?: string }>) =>
    emulatorTokenVerifier("demo", clock, () => ({ getUser }));
  const revokedAt = (tokensValidAfterTime: string) =>
    withUser(() => Promise.resolve({ disabled: false, tokensValidAfterTime }));

  it("refuses a token from before its user's tokens were revoked, where revocation counts", async () => {
    const verify = revokedAt("Sat, 28 Nov 2026 10:00:01 GMT");
    expect(await verify(token, checked)).toBeUndefined();
    expect(await verify(token, unchecked)).toMatchObject({ uid: "boss" });
  });

  it("accepts a token from after the revocation", async () => {
    expect(await revokedAt("Sat, 28 Nov 2026 10:00:00 GMT")(token, checked)).toMatchObject({ uid: "boss" });
  });

  it("refuses a disabled user", async () => {
    expect(await withUser(() => Promise.resolve({ disabled: true }))(token, checked)).toBeUndefined();
  });

  it.each(["auth/user-not-found", "app/network-error"])(
    "accepts a token that the Auth emulator cannot speak of (%s)",
    async (code) => {
      expect(await withUser(fails(code))(token, checked)).toMatchObject({ uid: "boss" });
    },
  );

  it("passes on any other failure of the Auth emulator", async () => {
    await expect(withUser(fails("auth/internal-error"))(token, checked)).rejects.toThrow("internal-error");
  });
});
