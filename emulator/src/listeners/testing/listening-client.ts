import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import { timestampToVersion } from "../../values/wire.ts";
import type { StatusError } from "../../status.ts";
import { messageType } from "../../protobuf/messages.ts";

type ListenResponse = google.firestore.v1.IListenResponse;
const listenResponse = messageType("ListenResponse");

const TYPES = ["NO_CHANGE", "ADD", "REMOVE", "CURRENT", "RESET"];

/** A client of the protocol: stores the versions of the documents of each target, as of the last snapshot. */
export class ListeningClient {
  readonly causes: { targetId: number; code: number; message: string }[] = [];
  readonly filters: { targetId: number; count: number }[] = [];
  readonly #responses: ListenResponse[] = [];
  readonly #targets = new Map<number, Map<string, bigint>>();
  readonly #active = new Set<number>();
  snapshots = 0;
  resumeToken: Uint8Array | undefined;
  /** False after a change, until the snapshot is complete. */
  isConsistent = true;
  error: StatusError | undefined;

  receive(bytes: Uint8Array): void {
    const response = listenResponse.decode(bytes) as ListenResponse;
    this.#responses.push(response);
    const { targetChange, documentChange, documentDelete, documentRemove, filter } = response;
    if (targetChange) return this.#targetChanged(targetChange);
    this.isConsistent = false;
    if (filter) this.filters.push({ targetId: filter.targetId!, count: filter.count! });
    if (documentChange) {
      const path = pathOf(documentChange.document!.name!);
      const version = timestampToVersion(documentChange.document!.updateTime!);
      for (const id of documentChange.targetIds ?? []) this.documents(id).set(path, version);
      for (const id of documentChange.removedTargetIds ?? []) this.documents(id).delete(path);
    }
    const gone = documentDelete ?? documentRemove;
    for (const id of gone?.removedTargetIds ?? []) this.documents(id).delete(pathOf(gone!.document!));
  }

  ended(error: StatusError | undefined): void {
    this.error = error;
  }

  isActive(targetId: number): boolean {
    return this.#active.has(targetId);
  }

  /** The version of each document of a target, by path. */
  documents(targetId: number): Map<string, bigint> {
    let documents = this.#targets.get(targetId);
    if (!documents) this.#targets.set(targetId, (documents = new Map()));
    return documents;
  }

  forget(targetId: number): void {
    this.#targets.delete(targetId);
  }

  /** The kind of each response so far, or of its target change. */
  kinds(): string[] {
    return this.#responses.map(({ targetChange, ...other }) =>
      targetChange ? TYPES[Number(targetChange.targetChangeType)]! : Object.keys(other)[0]!,
    );
  }

  last(count: number): ListenResponse[] {
    return this.#responses.slice(-count);
  }

  #targetChanged(change: NonNullable<ListenResponse["targetChange"]>): void {
    const ids = change.targetIds ?? [];
    const token = change.resumeToken as Uint8Array | undefined;
    if (token?.length) this.resumeToken = token;
    switch (TYPES[Number(change.targetChangeType)]) {
      case "ADD":
        for (const id of ids) this.#active.add(id);
        break;
      case "REMOVE":
        for (const id of ids) this.#active.delete(id);
        if (change.cause) {
          const { code, message } = change.cause;
          this.causes.push({ targetId: ids[0]!, code: code!, message: message! });
        }
        break;
      case "RESET":
        for (const id of ids) this.forget(id);
        break;
      case "NO_CHANGE":
        if (ids.length > 0) break;
        this.snapshots++;
        this.isConsistent = true;
        break;
      case "CURRENT":
      case undefined:
        break;
    }
  }
}

function pathOf(name: string): string {
  return name.split("/").slice(5).join("/");
}
