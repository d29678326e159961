/** By default these calls are repeated inside the client library, for as long as ten minutes. */
const NO_REPETITION = {
  idempotent: [],
  deadline_exceeded_resource_exhausted_internal_unavailable: [],
  resource_exhausted_unavailable: [],
};

/**
 * Settings of the Firestore client: every failure is seen at once, and `retryTransient` alone decides about another
 * attempt, under the request's own deadline. Left to itself, the library repeats a streaming read after two and then
 * four seconds, even when it was ABORTED and the whole transaction has to begin again.
 */
export const CLIENT_SETTINGS = {
  gaxServerStreamingRetries: true,
  clientConfig: { interfaces: { "google.firestore.v1.Firestore": { retry_codes: NO_REPETITION } } },
};
