import { createServer as createHttpServer } from "node:http";
import type { RequestListener } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo, Server as NetServer, Socket } from "node:net";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import type { Connections } from "./connections.ts";
import { firestoreService } from "./firestore-service.ts";
import type { Serving } from "./serve.ts";

/** The first bytes of an HTTP/2 connection; no HTTP/1 method begins with them. */
const HTTP2_PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const DETECTION_BYTES = 4;
/** A connection that has sent nothing by then is closed. */
const DETECTION_TIMEOUT_MILLIS = 30_000;
const KEEP_ALIVE_MILLIS = 60_000;
/** Firestore accepts requests of 10 MiB; larger ones are received too, so that they get a clear error. */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

export interface OpenPort {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Listens for gRPC and HTTP/1.1 on one port. */
export async function openPort(
  serving: Serving,
  onHttp: RequestListener,
  address: { readonly host: string; readonly port: number },
): Promise<OpenPort> {
  const grpc = grpcServer(serving);
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const http = createHttpServer(onHttp);
  const server = createServer((socket) => {
    serving.connections.add(socket);
    socket.on("error", () => socket.destroy());
    socket.setNoDelay(true);
    // Detects a peer that vanished without closing the connection.
    socket.setKeepAlive(true, KEEP_ALIVE_MILLIS);
    detectProtocol(socket, (isHttp2) => {
      if (isHttp2) {
        // The session reads the bytes received so far from the socket's buffer, and the rest from its handle.
        injector.injectConnection(socket);
      } else {
        http.emit("connection", socket);
        socket.resume();
      }
    });
  });
  await listen(server, address);
  const { address: host, port } = server.address() as AddressInfo;
  return { host, port, close: () => closeAll(server, grpc, injector, serving.connections) };
}

function grpcServer(serving: Serving): Server {
  const grpc = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": -1,
  });
  const { definition, implementation } = firestoreService(serving);
  grpc.addService(definition, implementation);
  return grpc;
}

/** Detects the protocol of a connection from its first bytes, which stay in the socket's buffer. */
function detectProtocol(socket: Socket, decide: (isHttp2: boolean) => void): void {
  let seen = Buffer.alloc(0);
  socket.setTimeout(DETECTION_TIMEOUT_MILLIS, () => socket.destroy());
  const onData = (chunk: Buffer) => {
    seen = Buffer.concat([seen, chunk]);
    const compared = Math.min(seen.length, DETECTION_BYTES);
    const couldBeHttp2 = seen.subarray(0, compared).equals(HTTP2_PREFACE.subarray(0, compared));
    if (couldBeHttp2 && seen.length < DETECTION_BYTES) return;
    socket.off("data", onData);
    socket.pause();
    socket.setTimeout(0);
    socket.removeAllListeners("timeout");
    socket.unshift(seen);
    decide(couldBeHttp2);
  };
  socket.on("data", onData);
}

function listen(server: NetServer, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function closeAll(
  server: NetServer,
  grpc: Server,
  injector: { destroy(): void },
  connections: Connections,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  grpc.forceShutdown();
  injector.destroy();
  connections.dropAll();
  await closed;
}
