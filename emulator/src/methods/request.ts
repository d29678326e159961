import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";

type Messages = typeof google.firestore.v1;

/** The type of the decoded message with this name. */
export type Message<Name extends keyof Messages> = Messages[Name] extends new (...args: never[]) => infer T
  ? T
  : never;
