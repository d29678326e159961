/** The project id of every local run. Firebase treats ids that begin with `demo-` as having no production behind them. */
export const LOCAL_PROJECT = "demo-slotbay";

export const DEFAULT_FIRESTORE_HOST = "127.0.0.1:8080";
export const DEFAULT_AUTH_HOST = "127.0.0.1:9099";
