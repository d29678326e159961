import { runEngineUnder } from "../testing/under-time-zone.ts";

await runEngineUnder("Europe/London");
