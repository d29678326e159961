import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import type { Call } from "./call.ts";
import { parseTransactionOptions } from "./consistency.ts";
import type { Message } from "./request.ts";

export function beginTransaction(
  call: Call,
  request: Message<"BeginTransactionRequest">,
): google.firestore.v1.IBeginTransactionResponse {
  const mode = parseTransactionOptions(call.open, request.options);
  call.begun = call.open.transactions.begin(mode);
  return { transaction: call.begun.id };
}

export function rollback(call: Call, request: Message<"RollbackRequest">): object {
  call.open.transactions.rollback(request.transaction);
  return {};
}
