import { collectionIdOf } from "../storage/database.ts";
import type { Database } from "../storage/database.ts";
import type { DocumentPath, StoredDocument } from "../values/document.ts";
import type { ReadView } from "../storage/read-view.ts";
import { isNamePath } from "../values/field-path.ts";
import { boundsOf } from "./bounds.ts";
import type { Entry } from "./entry.ts";
import { entryComparator, entryOf } from "./entry.ts";
import type { IndexRegistry } from "./index-registry.ts";
import { inScope, meetsAll, passesEnd, reachesStart, selects } from "./matcher.ts";
import { indexUse } from "./ordered-index.ts";
import type { Predicate, Query } from "./query.ts";

/** A matching document and its position in the order of the query. */
export interface Candidate {
  readonly entry: Entry;
  readonly document: StoredDocument;
}

/** The matches among the given documents, found by checking each one, in order. */
export function scanned(query: Query, documents: Iterable<StoredDocument>): Candidate[] {
  const found: Candidate[] = [];
  for (const document of documents) {
    if (!inScope(query, document.path) || !selects(query, document)) continue;
    found.push({ entry: entryOf(query.orderBy, document)!, document });
  }
  const compare = entryComparator(query.orderBy);
  return found.sort((a, b) => compare(a.entry, b.entry));
}

/** The matches of one disjunct in order, read lazily from an index. */
export function indexed(
  database: Database,
  registry: IndexRegistry,
  query: Query,
  disjunct: readonly Predicate[],
): Iterable<Candidate> {
  const byName = disjunct.find((predicate) => isNamePath(predicate.field) && predicate.op === "==");
  if (byName) return named(database.latest(), query, disjunct, byName);
  return ranged(database, registry, query, disjunct);
}

/** The match of a disjunct with an equality on the name, which needs no index. */
function named(view: ReadView, query: Query, disjunct: readonly Predicate[], byName: Predicate): Candidate[] {
  const prefix = `${query.database}/documents/`;
  const name = byName.value.kind === "reference" ? byName.value.value : "";
  const document = name.startsWith(prefix) ? view.get(name.slice(prefix.length)) : undefined;
  if (!document || !inScope(query, document.path) || !meetsAll(query, disjunct, document)) return [];
  const entry = entryOf(query.orderBy, document);
  return entry && reachesStart(query, entry) && !passesEnd(query, entry) ? [{ entry, document }] : [];
}

function* ranged(
  database: Database,
  registry: IndexRegistry,
  query: Query,
  disjunct: readonly Predicate[],
): Generator<Candidate, void, undefined> {
  const entries = registry.entries(indexUse(query, disjunct));
  if (!entries) return;
  const bounds = boundsOf(query, disjunct);
  const latest = database.latest();
  for (const entry of entries.from(bounds.reached)) {
    if (bounds.passed(entry)) return;
    const document = latest.get(entry.path)!;
    if (inScope(query, entry.path) && meetsAll(query, disjunct, document)) yield { entry, document };
  }
}

/** The matches of an older view among the paths changed since, whose old versions the indexes no longer contain. */
export function outdated(query: Query, view: ReadView, changed: Iterable<DocumentPath>): Candidate[] {
  const documents: StoredDocument[] = [];
  for (const path of changed) {
    if (query.collectionId !== undefined && collectionIdOf(path) !== query.collectionId) continue;
    const document = view.get(path);
    if (document) documents.push(document);
  }
  return scanned(query, documents);
}

/** Merges sorted streams; a document in several of them is returned once. */
export function* merged(
  query: Query,
  streams: readonly Iterable<Candidate>[],
): Generator<Candidate, void, undefined> {
  const compare = entryComparator(query.orderBy);
  const heads = streams.map((stream) => stream[Symbol.iterator]());
  const fronts = heads.map((head) => head.next());
  let last: DocumentPath | undefined;
  for (;;) {
    let least: { readonly at: number; readonly candidate: Candidate } | undefined;
    for (const [at, front] of fronts.entries()) {
      if (front.done) continue;
      if (!least || compare(front.value.entry, least.candidate.entry) < 0)
        least = { at, candidate: front.value };
    }
    if (!least) return;
    const { at, candidate } = least;
    fronts[at] = heads[at]!.next();
    if (candidate.entry.path !== last) yield candidate;
    last = candidate.entry.path;
  }
}
