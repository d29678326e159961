import { FieldPath, type Query, type QueryDocumentSnapshot } from "firebase-admin/firestore";

/** The documents of a query by id, a page at a time: memory holds one page, however many there are. */
export async function* pagesOf(query: Query, size: number): AsyncGenerator<QueryDocumentSnapshot[]> {
  const ordered = query.orderBy(FieldPath.documentId()).limit(size);
  let page = (await ordered.get()).docs;
  while (page.length > 0) {
    yield page;
    const last = page.at(-1);
    if (page.length < size || !last) return;
    page = (await ordered.startAfter(last.id).get()).docs;
  }
}

/** How many documents a query finds, without reading them. */
export async function countOf(query: Query): Promise<number> {
  return (await query.count().get()).data().count;
}
