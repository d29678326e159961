import { Metadata } from "@grpc/grpc-js";
import type {
  handleServerStreamingCall,
  handleUnaryCall,
  MethodDefinition,
  ServiceDefinition,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type protobuf from "protobufjs";
import { abandon } from "../methods/call.ts";
import type { Call } from "../methods/call.ts";
import { firestoreMethods } from "../protobuf/messages.ts";
import type { MethodDescription } from "../protobuf/messages.ts";
import { batchWrite, commit, createDocument, deleteDocument, updateDocument } from "../methods/commits.ts";
import { batchGetDocuments, getDocument } from "../methods/documents.ts";
import { listCollections, listDocuments } from "../methods/listing.ts";
import { partitionQuery, runAggregationQuery, runQuery } from "../methods/queries.ts";
import { beginTransaction, rollback } from "../methods/transactions.ts";
import { decodeRequest } from "../methods/request-size.ts";
import { envelopeOf, openCall, withFaults } from "./serve.ts";
import type { Envelope, Serving } from "./serve.ts";
import { toGrpcError } from "./grpc-error.ts";
import { streamResponses } from "./stream-responses.ts";
import { serveListen } from "./serve-listen.ts";
import { serveWrite } from "./serve-write.ts";

type Unary = (call: Call, request: never) => object | Promise<object>;
type Streaming = (call: Call, request: never) => Promise<Iterable<Uint8Array>>;

const UNARY: Record<string, Unary> = {
  GetDocument: getDocument,
  ListDocuments: listDocuments,
  ListCollectionIds: listCollections,
  CreateDocument: createDocument,
  UpdateDocument: updateDocument,
  DeleteDocument: deleteDocument,
  BeginTransaction: beginTransaction,
  Commit: commit,
  Rollback: rollback,
  BatchWrite: batchWrite,
  PartitionQuery: partitionQuery,
};

const STREAMING: Record<string, Streaming> = {
  BatchGetDocuments: batchGetDocuments,
  RunQuery: runQuery,
  RunAggregationQuery: runAggregationQuery,
};

/** The service in the form that grpc registers: definitions and handlers by method name. */
export function firestoreService(serving: Serving): {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
} {
  const definition: Record<string, MethodDefinition<object, object | Uint8Array>> = {};
  const implementation: UntypedServiceImplementation = {};
  for (const method of firestoreMethods()) {
    const handler = handlerFor(serving, method.name);
    // grpc answers a method without a handler with UNIMPLEMENTED and its name.
    if (!handler) continue;
    definition[method.name] = methodDefinition(method);
    implementation[method.name] = handler;
  }
  return { definition, implementation };
}

function handlerFor(serving: Serving, method: string): UntypedServiceImplementation[string] | undefined {
  const unary = UNARY[method];
  if (unary) return unaryHandler(serving, method, unary);
  const streaming = STREAMING[method];
  if (streaming) return streamingHandler(serving, method, streaming);
  if (method === "Write") return serveWrite(serving);
  if (method === "Listen") return serveListen(serving);
  return undefined;
}

function methodDefinition(method: MethodDescription): MethodDefinition<object, object | Uint8Array> {
  const decode = (bytes: Buffer) => decodeRequest(method.requestType, bytes);
  return {
    path: `/google.firestore.v1.Firestore/${method.name}`,
    requestStream: method.requestStream,
    responseStream: method.responseStream,
    requestSerialize: (message) => asBuffer(method.requestType.encode(message).finish()),
    requestDeserialize: decode,
    responseSerialize: (message) => encodeResponse(method.responseType, message),
    responseDeserialize: (bytes) => method.responseType.decode(bytes),
  };
}

/** Encodes a response, unless the handler has already encoded it. */
function encodeResponse(type: protobuf.Type, response: object | Uint8Array): Buffer {
  return asBuffer(response instanceof Uint8Array ? response : type.encode(response).finish());
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function unaryHandler(serving: Serving, method: string, handle: Unary): handleUnaryCall<object, object> {
  return (grpcCall, callback) => {
    const envelope = envelopeOf(method, grpcCall);
    const serve = async () => {
      const call = openCall(serving, envelope, grpcCall.request);
      const response = await runCall(serving, envelope, call, () => handle(call, grpcCall.request as never));
      if (grpcCall.cancelled) abandon(call);
      return response;
    };
    serve().then(
      (response) => callback(null, response),
      (error: unknown) => callback(toGrpcError(method, error)),
    );
  };
}

function streamingHandler(
  serving: Serving,
  method: string,
  handle: Streaming,
): handleServerStreamingCall<object, Uint8Array> {
  return (grpcCall) => {
    const envelope = envelopeOf(method, grpcCall);
    const serve = async () => {
      const call = openCall(serving, envelope, grpcCall.request);
      const responses = await runCall(serving, envelope, call, () => handle(call, grpcCall.request as never));
      if (!(await streamResponses(grpcCall, responses))) abandon(call);
    };
    serve().catch((error: unknown) => {
      // google-gax treats an error without headers as no response at all and repeats the call.
      grpcCall.sendMetadata(new Metadata());
      grpcCall.emit("error", toGrpcError(method, error));
    });
  };
}

/** Runs a handler with the faults of its project; ends the transaction it began if it fails. */
async function runCall<T>(
  serving: Serving,
  envelope: Envelope,
  call: Call,
  run: () => T | Promise<T>,
): Promise<T> {
  try {
    return await (call.open.project.faults ? withFaults<T>(serving, envelope, call, run) : run());
  } catch (error) {
    abandon(call);
    throw error;
  }
}
