import type { Socket } from "node:net";

/** Open sockets by the peer they serve, so that a call can lose the connection it came on. */
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

  /** Cuts the connection of a peer as grpc names it (`address:port`). */
  drop(peer: string): void {
    this.#byPeer.get(peer)?.destroy();
  }

  dropAll(): void {
    for (const socket of this.#byPeer.values()) socket.destroy();
  }
}
