import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

interface LookupRequest {
  readonly localId?: readonly string[];
}

/**
 * With FIREBASE_AUTH_EMULATOR_HOST set, firebase-admin accepts unsigned tokens but asks the Auth emulator whether the
 * user still exists. The Auth emulator takes 13 s to start, so where there is none this answers the one question:
 * every user exists. Resolves with `host:port`; does not keep the process alive.
 */
export async function answerThatUsersExist(): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const known = request.method === "POST" && request.url?.endsWith("/accounts:lookup");
      const body = known
        ? accounts(Buffer.concat(chunks).toString())
        : { error: { code: 404, message: "NOT_FOUND" } };
      response.writeHead(known ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function accounts(body: string): { users: Array<{ localId: string }> } {
  const { localId = [] } = JSON.parse(body) as LookupRequest;
  return { users: localId.map((id) => ({ localId: id })) };
}
