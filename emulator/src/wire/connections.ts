import type { Socket } from "node:net";

/** The open sockets by peer, so that a fault can drop the connection of a call. */
export class Connections {
  readonly #byPeer = new Map<string, Socket>();

  add(socket: Socket): void {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#byPeer.set(peer, socket);
    socket.once("close", () => {
      if (this.#byPeer.get(peer) === socket) this.#byPeer.delete(peer);
    });
  }

  get count(): number {
    return this.#byPeer.size;
  }

  /** Closes the connection of a peer, named `address:port` as in gRPC. */
  drop(peer: string): void {
    this.#byPeer.get(peer)?.destroy();
  }

  dropAll(): void {
    for (const socket of this.#byPeer.values()) socket.destroy();
  }
}
