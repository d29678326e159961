import { FirestoreServer } from "@firestore-emulator/server";

const port = Number(process.argv[2]);
await new FirestoreServer().start(port);
console.log(`listening on 127.0.0.1:${port}`);
process.on("SIGTERM", () => process.exit(0));
