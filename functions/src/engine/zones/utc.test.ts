import { runEngineUnder } from "../testing/under-time-zone.ts";

runEngineUnder("UTC");
