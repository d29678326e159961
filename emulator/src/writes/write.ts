import type { CommitVersion, DocumentPath } from "../values/document.ts";
import type { FieldPath } from "../values/field-path.ts";
import type { Fields } from "../values/value.ts";
import type { Transform } from "./transforms.ts";

/** A condition on the stored document, checked before it is written. */
export type Precondition =
  | { readonly kind: "exists"; readonly exists: boolean }
  | { readonly kind: "updateTime"; readonly updateTime: CommitVersion };

export interface FieldTransform {
  readonly field: FieldPath;
  readonly transform: Transform;
}

/** One validated write. */
export type Write = {
  readonly path: DocumentPath;
  readonly precondition: Precondition | undefined;
} & (
  | {
      readonly kind: "update";
      readonly fields: Fields;
      /** Only these paths are changed; undefined replaces the document. */
      readonly mask: readonly FieldPath[] | undefined;
      readonly transforms: readonly FieldTransform[];
    }
  | { readonly kind: "delete" }
  | { readonly kind: "verify" }
);
