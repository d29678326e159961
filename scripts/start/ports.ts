import { createServer, type AddressInfo } from "node:net";
import { isReachable } from "../support/reachable.ts";
import firebaseConfig from "../../firebase.json" with { type: "json" };

/** The programs of the suite that listen, each with the port it wants. */
export const LISTENERS = [
  "hosting",
  "functions",
  "firestore",
  "firestore-websocket",
  "auth",
  "eventarc",
  "tasks",
  "hub",
  "logging",
] as const;
export type Listener = (typeof LISTENERS)[number];
export type Ports = Readonly<Record<Listener, number>>;

type FirebaseConfig = typeof firebaseConfig;

/** The ports of firebase.json. */
export function configuredPorts(): Ports {
  const { hosting, functions, firestore, auth, eventarc, tasks, hub, logging } = firebaseConfig.emulators;
  return {
    hosting: hosting.port,
    functions: functions.port,
    firestore: firestore.port,
    "firestore-websocket": firestore.websocketPort,
    auth: auth.port,
    eventarc: eventarc.port,
    tasks: tasks.port,
    hub: hub.port,
    logging: logging.port,
  };
}

/** A port per listener that nothing uses now. */
export async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(LISTENERS.map(() => listenAnywhere()));
  // All are held until all are known, so that none is handed out twice.
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return Object.fromEntries(LISTENERS.map((listener, index) => [listener, ports[index]])) as Ports;
}

/** Those of `ports` that something already listens on. */
export async function portsInUse(ports: Ports): Promise<Array<{ listener: Listener; port: number }>> {
  const probes = LISTENERS.map(async (listener) => {
    const port = ports[listener];
    return (await isInUse(port)) ? [{ listener, port }] : [];
  });
  return (await Promise.all(probes)).flat();
}

/** firebase.json with other ports: firebase-tools takes them from nowhere else. */
export function configWithPorts(ports: Ports): FirebaseConfig {
  const { emulators } = firebaseConfig;
  return {
    ...firebaseConfig,
    emulators: {
      ...emulators,
      hosting: { ...emulators.hosting, port: ports.hosting },
      functions: { ...emulators.functions, port: ports.functions },
      firestore: {
        ...emulators.firestore,
        port: ports.firestore,
        websocketPort: ports["firestore-websocket"],
      },
      auth: { ...emulators.auth, port: ports.auth },
      eventarc: { ...emulators.eventarc, port: ports.eventarc },
      tasks: { ...emulators.tasks, port: ports.tasks },
      hub: { ...emulators.hub, port: ports.hub },
      logging: { ...emulators.logging, port: ports.logging },
    },
  };
}

/** Asked both ways: some systems let a program listen beside another that took the port on every address. */
async function isInUse(port: number): Promise<boolean> {
  return (await isReachable(`127.0.0.1:${port}`)) || !(await canListen(port));
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

function listenAnywhere() {
  const server = createServer();
  return new Promise<typeof server>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}
