import { afterEach, describe, expect, it, vi } from "vitest";
import { readConfig } from "./config.ts";

afterEach(() => vi.unstubAllEnvs());

function addressWith(variables: Readonly<Record<string, string>>): string | null {
  for (const name of ["FUNCTIONS_EMULATOR", "K_SERVICE", "STREAM_URL"]) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  return readConfig().streamsAddress;
}

describe("the address of the streams", () => {
  const GCLOUD_PROJECT = "garage-project";

  it("follows from project and region where the function is deployed", () => {
    const deployed = { GCLOUD_PROJECT, K_SERVICE: "api" };
    expect(addressWith(deployed)).toBe("https://us-central1-garage-project.cloudfunctions.net/streams");
  });

  it("is the functions emulator's where that runs", () => {
    const emulated = { GCLOUD_PROJECT, K_SERVICE: "us-central1-api", FUNCTIONS_EMULATOR: "true" };
    expect(addressWith(emulated)).toBe("http://127.0.0.1:5001/garage-project/us-central1/streams");
    const elsewhere = { ...emulated, FUNCTIONS_EMULATOR_HOST: "127.0.0.1:6001" };
    expect(addressWith(elsewhere)).toBe("http://127.0.0.1:6001/garage-project/us-central1/streams");
  });

  it("is the parameter's if that is set, and unknown otherwise", () => {
    expect(addressWith({ GCLOUD_PROJECT, K_SERVICE: "api", STREAM_URL: "https://s.example.com/" })).toBe(
      "https://s.example.com",
    );
    expect(addressWith({ GCLOUD_PROJECT })).toBeNull();
  });
});
