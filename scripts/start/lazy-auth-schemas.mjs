// Loaded into firebase-tools (`node --import`). Its Auth emulator otherwise compiles a validator for every parameter of
// every method of the Identity Toolkit API before it listens, which is 11 of the 15 seconds of processor time that the
// suite's start takes. With this option of the library that compiles them, each is compiled when it is first needed.
import { createRequire } from "node:module";

try {
  const exegesisExpress = createRequire(process.argv[1])("exegesis-express");
  const { middleware } = exegesisExpress;
  exegesisExpress.middleware = (document, options, done) =>
    middleware(document, { lazyCompileValidationSchemas: true, ...options }, done);
} catch {
  // Another version of firebase-tools may use another library: its start takes longer, and works as well.
}
