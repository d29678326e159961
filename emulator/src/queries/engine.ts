import type { Database } from "../storage/database.ts";
import type { StoredDocument } from "../values/document.ts";
import type { ReadView } from "../storage/read-view.ts";
import { aggregateDocuments } from "./aggregate.ts";
import type { AggregationQuery, AggregationResult } from "./aggregation.ts";
import type { Candidate } from "./candidates.ts";
import { indexed, merged, outdated, scanned } from "./candidates.ts";
import type { IndexDefinitions } from "./index-definitions.ts";
import { IndexRegistry } from "./index-registry.ts";
import { matches } from "./matcher.ts";
import type { Query, QueryResult } from "./query.ts";
import { requireIndexes } from "./required-index.ts";

/** Up to this many documents in a collection group, checking each one is cheaper than keeping an index. */
const DEFAULT_SCAN_LIMIT = 64;

/** Runs queries on a database; one engine per database, since it owns the indexes. */
export class QueryEngine {
  readonly #database: Database;
  readonly #registry: IndexRegistry;
  readonly #scanLimit: number;
  #definitions: IndexDefinitions | undefined;

  /**
   * @param definitions the index definitions to enforce; undefined allows every query
   * @param scanLimit up to this many documents of a collection group are scanned rather than indexed
   */
  constructor(database: Database, definitions?: IndexDefinitions, scanLimit = DEFAULT_SCAN_LIMIT) {
    this.#database = database;
    this.#scanLimit = scanLimit;
    this.#definitions = definitions;
    this.#registry = new IndexRegistry(database);
  }

  /** Replaces the index definitions to enforce. */
  setDefinitions(definitions: IndexDefinitions | undefined): void {
    this.#definitions = definitions;
  }

  /**
   * The documents of the view that the query selects, in its order, after offset and limit, without projection.
   *
   * @throws StatusError FAILED_PRECONDITION when production would need an index that is not defined
   */
  run(view: ReadView, query: Query): QueryResult {
    this.checkIndexes(query);
    const documents: StoredDocument[] = [];
    let skipped = 0;
    if (query.limit === 0) return { documents, skipped };
    for (const { document } of this.#candidates(view, query)) {
      if (skipped < query.offset) {
        skipped++;
        continue;
      }
      documents.push(document);
      if (documents.length === query.limit) break;
    }
    return { documents, skipped };
  }

  /** Whether the query's filter, order and cursors select the document; offset and limit are ignored. */
  matches(query: Query, document: StoredDocument): boolean {
    return matches(query, document);
  }

  /**
   * Counts, sums and averages over the documents the query selects.
   *
   * @throws StatusError FAILED_PRECONDITION when production would need an index that is not defined
   */
  aggregate(view: ReadView, aggregation: AggregationQuery): AggregationResult {
    const { documents, skipped } = this.run(view, aggregation.query);
    return {
      values: aggregateDocuments(aggregation.aggregations, documents),
      scanned: documents.length + skipped,
    };
  }

  /** @throws StatusError FAILED_PRECONDITION when production would need an index that is not defined */
  checkIndexes(query: Query): void {
    if (this.#definitions) requireIndexes(query, this.#definitions);
  }

  #candidates(view: ReadView, query: Query): Iterable<Candidate> {
    if (query.disjuncts.length === 0) return [];
    const few = this.#fewDocuments(view, query);
    if (few) return scanned(query, few);
    const streams = query.disjuncts.map((disjunct) =>
      indexed(this.#database, this.#registry, query, disjunct),
    );
    if (view.at === undefined) return streams.length === 1 ? streams[0]! : merged(query, streams);
    const changed = new Set(view.pathsChangedSince());
    const unchanged = streams.map((stream) => without(stream, changed));
    return merged(query, [...unchanged, outdated(query, view, changed)]);
  }

  /** All documents of the query's collection group, if there are at most `scanLimit`. */
  #fewDocuments(view: ReadView, query: Query): readonly StoredDocument[] | undefined {
    const few: StoredDocument[] = [];
    if (query.collectionId === undefined) return undefined;
    for (const document of view.scanCollectionGroup(query.collectionId)) {
      if (few.length === this.#scanLimit) return undefined;
      few.push(document);
    }
    return few;
  }
}

function* without(
  stream: Iterable<Candidate>,
  paths: ReadonlySet<string>,
): Generator<Candidate, void, undefined> {
  for (const candidate of stream) if (!paths.has(candidate.entry.path)) yield candidate;
}
