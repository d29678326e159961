/** Long enough for a hiccup, short enough not to go on when whoever asked has long been answered. */
const BRIEFLY = {
  initial_retry_delay_millis: 50,
  retry_delay_multiplier: 1.5,
  max_retry_delay_millis: 1_000,
  initial_rpc_timeout_millis: 10_000,
  rpc_timeout_multiplier: 1,
  max_rpc_timeout_millis: 10_000,
  total_timeout_millis: 2_000,
};

/**
 * Settings of the Firestore client. Left to itself, the library repeats a failed streaming read two and then four
 * seconds later, even when it was ABORTED and the whole transaction has to begin again; and it repeats a Commit whose
 * answer was lost, so that "committed, perhaps" comes back as "no such transaction". Here reads are repeated soon and
 * only where that helps, and a Commit never: `retryTransient` begins its transaction again.
 */
export const CLIENT_SETTINGS = {
  gaxServerStreamingRetries: true,
  clientConfig: {
    interfaces: {
      "google.firestore.v1.Firestore": {
        retry_codes: { never: [] },
        retry_params: { briefly: BRIEFLY },
        methods: {
          BatchGetDocuments: { retry_params_name: "briefly" },
          RunQuery: { retry_params_name: "briefly" },
          Commit: { retry_codes_name: "never" },
        },
      },
    },
  },
};
