import { runEngineUnder } from "../testing/under-time-zone.ts";

await runEngineUnder("America/New_York");
