import { runEngineUnder } from "../testing/under-time-zone.ts";

await runEngineUnder("Australia/Lord_Howe");
