import { ERRORS, WARNINGS } from "../../functions/src/platform/errors.ts";
import type { FuzzAnswer } from "./send.ts";

/** No answer of the API may be larger, whatever is asked for. */
export const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** In all data of the shops whose tokens the fuzzer does not have. */
export const SECRET = "zq-secret-7731";

/** In the private fields of the shop that the fuzzer has tokens for: its admin may see it. */
export const ADMINS_SECRET = "zq-reason-4410";

const INSIDES = /node_modules|\bat .*\.(ts|js):\d+|<html|<pre|\bError:|grpc|firestore|emulator/i;

/** Returns what is wrong with an answer, whatever the request was; null if nothing is. `toAdmin`: the shop's admin asked. */
export function problemOf(answer: FuzzAnswer, toAdmin = false): string | null {
  const { status, headers, text, bytes } = answer;
  if (status >= 500) return `answered ${status}: ${text.slice(0, 500)}`;
  if (bytes > MAX_ANSWER_BYTES) return `answered ${bytes} bytes, more than ${MAX_ANSWER_BYTES}`;
  if (text.includes(SECRET) || (!toAdmin && text.includes(ADMINS_SECRET)))
    return "gave away data that the caller may not see";
  if (INSIDES.test(text)) return `gave away its insides: ${INSIDES.exec(text)?.[0] ?? ""}`;
  if (headers["set-cookie"] ?? headers["x-evil"]) return "let the request set a header of the answer";
  return status >= 400 && text !== "" ? errorProblem(answer) : null;
}

function errorProblem({ status, headers, text }: FuzzAnswer): string | null {
  if (headers["content-type"] !== "application/json; charset=utf-8") {
    return `answered ${status} with content type ${headers["content-type"] ?? "none"}`;
  }
  const { error, warning, message } = JSON.parse(text) as Record<string, unknown>;
  const isWarning = status === 409 && typeof warning === "string" && warning in WARNINGS;
  const expected = Object.entries(ERRORS).find(([code]) => code === error)?.[1].status;
  if (!isWarning && expected !== status) return `answered ${status} with the error ${String(error)}`;
  return typeof message === "string" && message !== "" ? null : "answered an error without a message";
}
