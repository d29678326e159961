/** Long enough for a short interruption, short enough not to continue after the request has been answered. */
const SHORT_RETRY = {
  initial_retry_delay_millis: 50,
  retry_delay_multiplier: 1.5,
  max_retry_delay_millis: 1_000,
  initial_rpc_timeout_millis: 10_000,
  rpc_timeout_multiplier: 1,
  max_rpc_timeout_millis: 10_000,
  total_timeout_millis: 2_000,
};

/**
 * Settings of the Firestore client. By default the library repeats a failed streaming read after two and then four
 * seconds, even when it was ABORTED and the whole transaction has to start again; and it repeats a Commit whose answer
 * was lost, so that a commit that may have succeeded is reported as "no such transaction". These settings repeat reads
 * soon and only where that helps, and a Commit never: `retryTransient` starts its transaction again.
 */
export const CLIENT_SETTINGS = {
  gaxServerStreamingRetries: true,
  clientConfig: {
    interfaces: {
      "google.firestore.v1.Firestore": {
        retry_codes: { never: [] },
        retry_params: { short: SHORT_RETRY },
        methods: {
          BatchGetDocuments: { retry_params_name: "short" },
          RunQuery: { retry_params_name: "short" },
          Commit: { retry_codes_name: "never" },
        },
      },
    },
  },
};
