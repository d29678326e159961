import type { Express } from "express";

interface Layer {
  readonly route?: { readonly path: string | string[]; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
}

/** Returns the method and path of every route of an app, those of nested routers too, as `GET /shops/{shop_id}`. */
export function operationsOf(app: Express): string[] {
  return [...new Set(operationsIn(app.router.stack as unknown as readonly Layer[]))];
}

function operationsIn(stack: readonly Layer[]): string[] {
  return stack.flatMap(({ route, handle }) => {
    if (!route) return operationsIn(handle.stack ?? []);
    // `all` is the refusal of other methods.
    const methods = Object.keys(route.methods).filter((method) => method !== "_all");
    return [route.path].flat().flatMap((path) => methods.map((method) => nameOf(method, path)));
  });
}

function nameOf(method: string, path: string): string {
  return `${method.toUpperCase()} ${path.replace(/(?<!\\):(\w+)/g, "{$1}").replaceAll("\\", "")}`;
}
