import { connect } from "node:net";

/** Whether something accepts connections at `host:port`. Text of another form names nothing and is not reachable. */
export function isReachable(address: string): Promise<boolean> {
  const separator = address.lastIndexOf(":");
  const port = Number(address.slice(separator + 1));
  if (separator < 1 || !Number.isInteger(port) || port < 1 || port > 65535) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect({ host: address.slice(0, separator), port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
