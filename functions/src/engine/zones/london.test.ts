import { runEngineUnder } from "../testing/under-time-zone.ts";

runEngineUnder("Europe/London");
