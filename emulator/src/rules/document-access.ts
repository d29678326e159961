import type { StoredDocument } from "../values/document.ts";
import { AccessBudget, SINGLE_DOCUMENT_LIMIT } from "./access-budget.ts";
import { EvaluationError, unsupported } from "./values/evaluation-error.ts";
import type { AccessFunction } from "./namespaces/access-functions.ts";
import { documentToResource } from "./values/from-firestore.ts";
import type { DocumentReader } from "./request.ts";
import { typeName } from "./values/type-name.ts";
import { RulesPath } from "./values/values.ts";
import type { RulesValue } from "./values/values.ts";

/** Reads documents for the rules of one operation, within its own limit and that of its batch. */
export class DocumentAccess {
  private readonly own = new AccessBudget(SINGLE_DOCUMENT_LIMIT);

  constructor(
    private readonly reader: DocumentReader,
    private readonly databaseId: string,
    private readonly shared: AccessBudget | undefined,
  ) {}

  /** Calls an access function; `get` of a missing document is null. Throws `EvaluationError`, `LimitError`. */
  call(name: AccessFunction, argument: RulesValue): RulesValue {
    if (!(argument instanceof RulesPath))
      throw unsupported(`${name}(${typeName(argument)})`, `${name}(path)`);
    const document = this.read(this.relativePath(name, argument), name.endsWith("After"));
    if (name.startsWith("exists")) return document !== undefined;
    return document === undefined ? null : documentToResource(this.databaseId, document);
  }

  private read(path: string, after: boolean): StoredDocument | undefined {
    const counted = `${after ? "after" : "before"}:${path}`;
    this.own.spend(counted);
    this.shared?.spend(counted);
    return after ? this.reader.getAfter(path) : this.reader.get(path);
  }

  private relativePath(name: string, path: RulesPath): string {
    const [root, database, documents, ...segments] = path.toString().slice(1).split("/");
    const isDocument = root === "databases" && documents === "documents" && segments.length > 0;
    if (!isDocument || segments.length % 2 !== 0 || database !== this.databaseId) {
      throw new EvaluationError(
        `Service call error. Function: [${name}], Argument: [path_value: "${path.toString()}"].`,
      );
    }
    return segments.join("/");
  }
}
