import { runEngineUnder } from "../testing/under-time-zone.ts";

runEngineUnder("America/New_York");
