import { runEngineUnder } from "../testing/under-time-zone.ts";

runEngineUnder("Australia/Lord_Howe");
