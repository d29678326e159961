import { createRequire } from "node:module";
import protobuf from "protobufjs";

const require = createRequire(import.meta.url);
const PACKAGE = "google.firestore.v1";

/** A method of the service definition. */
export interface MethodDescription {
  readonly name: string;
  readonly requestType: protobuf.Type;
  readonly responseType: protobuf.Type;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

const root = loadRoot();

/** The published protos, plus the `verify` operation that clients send although the protos omit it. */
function loadRoot(): protobuf.Root {
  const json = require("@google-cloud/firestore/build/protos/v1.json") as protobuf.INamespace;
  const loaded = protobuf.Root.fromJSON(json);
  const write = loaded.lookupType(`${PACKAGE}.Write`);
  const verify = new protobuf.Field("verify", 5, "string");
  write.add(verify);
  write.oneofs["operation"]!.add(verify);
  loaded.resolveAll();
  return loaded;
}

export function messageType(name: string): protobuf.Type {
  return root.lookupType(`${PACKAGE}.${name}`);
}

/** The methods of `google.firestore.v1.Firestore`. */
export function firestoreMethods(): MethodDescription[] {
  const service = root.lookupService(`${PACKAGE}.Firestore`);
  return service.methodsArray.map((method) => ({
    name: method.name,
    requestType: method.resolvedRequestType!,
    responseType: method.resolvedResponseType!,
    requestStream: method.requestStream ?? false,
    responseStream: method.responseStream ?? false,
  }));
}
