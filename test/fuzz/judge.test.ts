import { describe, expect, it } from "vitest";
import { ADMINS_SECRET, MAX_ANSWER_BYTES, problemOf, SECRET } from "./judge.ts";
import { growthMb } from "./memory.ts";
import type { FuzzAnswer } from "./send.ts";

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

function answer(change: Partial<FuzzAnswer>): FuzzAnswer {
  const whole = { status: 200, headers: JSON_TYPE, text: "{}", ...change };
  return { bytes: whole.text.length, ...whole };
}

const refusal = (status: number, error: string, message = "No.") =>
  answer({ status, text: JSON.stringify({ error, message }) });

const warning = (code: string) =>
  answer({ status: 409, text: JSON.stringify({ warning: code, message: "Sure?" }) });

describe("the judge of fuzzed answers", () => {
  it.each([
    ["a success", answer({})],
    ["a refusal with its status", refusal(404, "not_found")],
    ["a warning", warning("appointment_conflicts")],
    ["an answer without a body", answer({ status: 304, headers: {}, text: "" })],
  ])("accepts %s", (_what, given) => {
    expect(problemOf(given)).toBeNull();
  });

  it("accepts what only admins may see where the admin asks", () => {
    const shown = answer({ text: `{"reason":"${ADMINS_SECRET}"}` });
    expect(problemOf(shown, true)).toBeNull();
    expect(problemOf(answer({ text: SECRET }), true)).toMatch(/gave away data/);
  });

  it.each([
    ["500", refusal(500, "internal"), /answered 500/],
    ["503", refusal(503, "unavailable"), /answered 503/],
    ["an answer over the bound", answer({ bytes: MAX_ANSWER_BYTES + 1 }), /bytes/],
    ["the data of others", answer({ text: `{"name":"${SECRET}"}` }), /gave away data/],
    ["what only admins may see", answer({ text: `{"reason":"${ADMINS_SECRET}"}` }), /gave away data/],
    ["a stack trace", answer({ text: "at f (app.ts:3:1)" }), /insides/],
    ["a page of HTML", answer({ status: 404, text: "<html>" }), /insides/],
    ["the database's name", answer({ text: "Firestore: deadline" }), /insides/],
    ["a header of the request", answer({ headers: { ...JSON_TYPE, "set-cookie": ["a=b"] } }), /header/],
    ["an error that is not JSON", answer({ status: 404, headers: { "content-type": "text/plain" } }), /type/],
    ["an error of another status", refusal(400, "not_found"), /not_found/],
    ["an unknown error", refusal(422, "nonsense"), /nonsense/],
    ["an unknown warning", warning("nonsense"), /409/],
    ["an error without a message", refusal(404, "not_found", ""), /message/],
  ])("reports %s", (_what, given, problem) => {
    expect(problemOf(given)).toMatch(problem);
  });
});

describe("the growth of memory", () => {
  it("is zero for a process that only warms up", () => {
    expect(growthMb([100, 180, 200, 200, 205, 195, 200, 200])).toBe(0);
  });

  it("is positive for a leak", () => {
    expect(growthMb([100, 120, 140, 160, 180, 200, 220, 240])).toBe(80);
  });
});
